// Goal: every kind of page, in each language and both colour schemes, without a finding by axe; valid HTML; no sideways
// scrolling at 320 px; and nothing on the console. A new page is a line in lib/pages.mjs.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { HtmlValidate } from "html-validate";
import { pages } from "./lib/pages.mjs";
import { close, desktop, langs, phone, picture, Visitor } from "./lib/shop.mjs";

after(close);

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const validator = new HtmlValidate({ extends: ["html-validate:standard"], rules: { "no-trailing-whitespace": "off", "void-style": "off", "no-raw-characters": "off", "long-title": "off", "require-sri": "off" } });

// In the dark scheme only colours differ.
async function audit(page, colorScheme) {
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (colorScheme === "light" ? axe.withTags(rules) : axe.withRules(["color-contrast", "link-in-text-block"])).analyze();
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} ${n.failureSummary?.split("\n")[1]?.trim() ?? ""}`));
}

// What sticks out to the right of a window of 320 px, also where it is cut off, unless it scrolls within itself.
async function too_wide(page) {
  return page.evaluate(() => {
    const scrolls = (e) => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    return [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > 321 && !scrolls(e)).map((e) => `${e.tagName}.${e.className}`).slice(0, 5);
  });
}

describe("every kind of page", { concurrency: true }, () => {
  for (const lang of langs) {
    test(`pages in ${lang}`, async (t) => {
      const v = await Visitor.open({ lang });
      for (const [name, open] of pages) {
        await t.test(name, async () => {
          await open(v);
          const { page } = v;
          const found = [];
          for (const colorScheme of ["light", "dark"]) {
            await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
            for (const finding of await audit(page, colorScheme)) found.push(`${colorScheme}: ${finding}`);
            if (process.env.KK_PICTURES && lang === "fi") await picture(page, `${name}-${colorScheme}`);
          }
          await page.emulateMedia({ colorScheme: "light" });
          const html = await page.content();
          const report = await validator.validateString(html);
          for (const message of report.results.flatMap((r) => r.messages)) found.push(`HTML: ${message.ruleId} ${message.message} (line ${message.line})`);
          await page.setViewportSize({ width: 320, height: 640 });
          for (const wide of await too_wide(page)) found.push(`wider than 320 px: ${wide}`);
          if (process.env.KK_PICTURES) {
            await page.setViewportSize(phone);
            await picture(page, `${name}-${lang}-phone`);
          }
          await page.setViewportSize(desktop);
          assert.equal(await page.locator("h1").count(), 1, "one h1");
          assert.deepEqual(found, []);
        });
      }
      await v.leave();
    });
  }
});
