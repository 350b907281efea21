// Goal: every kind of page, in both colour schemes, without a finding by axe; in each language valid HTML, no sideways
// scrolling at 320 px and nothing on the console. A new page is a line in lib/pages.mjs.
// The languages of a page come from one template, so axe takes them by turns (KK_LONG=1: each page in each language).
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { after, describe, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { pages } from "./lib/pages.mjs";
import { close, desktop, langs, phone, picture, Visitor } from "./lib/shop.mjs";

after(close);

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const all = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const colours = { type: "rule", values: ["color-contrast", "link-in-text-block"] };  // the dark scheme differs by these only
const validator = new HtmlValidate({ extends: ["html-validate:standard"], rules: { "no-trailing-whitespace": "off", "void-style": "off", "no-raw-characters": "off", "long-title": "off", "require-sri": "off" } });

async function audit(page, name) {
  const found = [];
  await page.evaluate(axe);
  for (const [colorScheme, runOnly] of [["light", all], ["dark", colours]]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations, passes } = await page.evaluate((runOnly) => window.axe.run({ runOnly, resultTypes: ["violations"] }).then((r) => ({ violations: r.violations, passes: r.passes.length })), runOnly);
    assert.ok(passes > 0, "axe has looked at something");
    for (const v of violations) for (const n of v.nodes) found.push(`${colorScheme}: ${v.id}: ${n.target.join(" ")} ${n.failureSummary?.split("\n")[1]?.trim() ?? ""}`);
    await picture(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

// A page can be found before its style sheet is there, and would be judged without it.
async function complete(page) {
  await page.waitForLoadState("load");
  await page.evaluate(() => document.fonts.ready.then(() => true));
}

// What sticks out to the right of a window of 320 px, also where it is cut off, unless it scrolls within itself.
async function too_wide(page) {
  return page.evaluate(() => {
    const scrolls = (e) => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    return [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > 321 && !scrolls(e)).map((e) => `${e.tagName}.${e.className}`).slice(0, 5);
  });
}

describe("every kind of page", { concurrency: true }, () => {
  for (const [turn, lang] of langs.entries()) {
    test(`pages in ${lang}`, async (t) => {
      const v = await Visitor.open({ lang });
      let lost;  // at this page: what comes after it can't be reached
      for (const [number, [name, open]] of pages.entries()) {
        await t.test(name, async () => {
          assert.equal(lost, undefined, "the way here is open");
          lost = name;
          await open(v);
          lost = undefined;
          const { page } = v;
          await complete(page);
          const found = [];
          if (number % langs.length === turn || process.env.KK_LONG) found.push(...await audit(page, `${name}-${lang}`));
          const report = await validator.validateString(await page.content());
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
