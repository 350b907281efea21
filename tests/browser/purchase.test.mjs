// Goal: a resident buys, pays and gets receipt, ticket and mail, in each language, with and without script, on a phone
// and on a desktop; and everything works from the keyboard alone.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { add, add_this, buyer, fill_details, order, pay, state_is, submit, to_details, to_review } from "./lib/buy.mjs";
import { mail_to } from "./lib/mail.mjs";
import { at, close, desktop, langs, phone, picture, sandbox, visit } from "./lib/shop.mjs";

after(close);

// The words on the button are the law's (KSL 6:12), so they stand here once more.
const buttons = { fi: /^Tilaa ja maksa \d[\d\s]*,\d\d\s€$/, sv: /^Beställ och betala \d[\d\s]*,\d\d\s€$/, en: /^Order and pay €\d[\d,]*\.\d\d$/ };

// How many sheets of A4 the page takes on paper.
async function printed_pages(page) {
  const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g).length;
}

const sum_of = (text) => text.replace(/[^\d]/g, "");

for (const lang of langs) {
  for (const [width, size] of Object.entries({ phone, desktop })) {
    for (const script of [true, false]) {
      test(`a purchase in ${lang}, ${script ? "with" : "without"} script, on a ${width}`, () => visit({ lang, script, size }, async (v) => {
        const page = await add(v, "goods", { quantity: 2 });
        assert.match(page.url(), /#added$/, "the product's page tells that it was added");
        assert.ok(await page.locator("#added").isVisible());
        await add(v, "card");
        await add(v, "ticket", { last: true });
        await v.go(at(lang, "cart"));
        assert.equal(await page.locator("ul.lines .line").count(), 3);
        await to_details(v);
        const person = await fill_details(v, buyer(), { delivery: "post", begin: true });
        await submit(v, "**" + at(lang, "review"));
        const button = page.locator(".button-order");
        const words = await button.innerText();
        assert.match(words, buttons[lang]);
        assert.ok(words.endsWith((await page.locator(".review-part .sum-total dd").innerText()).trim()), "the button names the total");
        assert.equal(await page.locator("input[type=checkbox]:checked").count(), 0, "nothing is ticked beforehand");
        const total = sum_of(words);
        await order(v);
        assert.equal(new URL(page.url()).origin, new URL(sandbox).origin, "our page leads on to the payment service");
        await pay(v);
        await state_is(v, "paid");
        assert.equal(sum_of(await page.locator(".sum-total dd").first().innerText()), total);
        const codes = await page.locator(".ticket-code").allInnerTexts();
        assert.ok(codes.length >= 2, "tickets and cards with codes");
        const number = (await page.locator(".state .eyebrow .no-wrap").innerText()).trim();
        const url = page.url();
        await picture(page, `paid-${lang}-${width}${script ? "" : "-noscript"}`);
        await page.locator(".order-receipt a").click();
        await page.waitForSelector(".receipt");
        assert.equal(sum_of(await page.locator(".receipt .sum-total dd").innerText()), total);
        if (script && size === desktop) assert.equal(await printed_pages(page), 1, "the receipt prints on one A4");
        assert.match(await page.locator(".receipt-head").innerText(), /2744393-6/, "the seller's Y-tunnus");
        const mail = await mail_to(person.email, number);
        assert.ok(mail.text.includes(url), "the mail leads to the order's page");
        for (const words of codes) {
          const [code] = words.match(/(?:[0-9A-Z]{4} ){6}[0-9A-Z]{2}$/);
          assert.ok(mail.text.includes(code), "the mail has the same code, in groups of four");
        }
        assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
      }));
    }
  }
}

test("a receipt of ten lines prints on one A4", () => visit({ lang: "fi" }, async (v) => {
  const { page } = v;
  await v.go("/fi/osasto/kaupungin-tuliaiset");
  const links = await page.locator(".card:has(.status-ok) .card-name a").evaluateAll((all) => all.map((a) => a.href));
  for (const link of links.slice(0, 10)) {
    await v.go(link);
    await add_this(v);
  }
  await to_review(v, { delivery: "post" });
  await order(v);
  await pay(v);
  await state_is(v, "paid");
  await page.locator(".order-receipt a").click();
  assert.equal(await page.locator(".receipt-lines li").count(), 11, "ten products and their delivery");
  assert.equal(await printed_pages(page), 1);
}));

// Presses Tab until the control has the focus, as somebody without a mouse does.
async function tab_to(page, selector) {
  for (let i = 0; i < 150; ++i) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) {
      const outlined = await page.evaluate(() => {
        const seen = (e) => e && (getComputedStyle(e).outlineStyle !== "none" || getComputedStyle(e, "::after").outlineStyle !== "none" || getComputedStyle(e).boxShadow !== "none");
        const e = document.activeElement;
        return seen(e) || seen(e.closest("label")) || seen(e.parentElement);
      });
      assert.ok(outlined, `the focus is seen on ${selector}`);
      return;
    }
  }
  assert.fail(`Tab does not lead to ${selector} on ${page.url()}`);
}

test("a purchase by keyboard alone", () => visit({ lang: "fi" }, async (v) => {
  const page = await v.go(at("fi", "product") + "hiljainen-iltauinti");
  const press = async (selector, key = "Enter") => { await tab_to(page, selector); await page.keyboard.press(key); };
  if (await page.locator("input[name=variant][type=radio]:checked").count() === 0) await press("input[name=variant]", "Space");
  if (await page.locator("input[name=group][type=radio]:checked").count() === 0) await press("input[name=group]", "Space");
  await press("main form button");
  await page.waitForURL(/#added$/);
  await press("#added a");
  await page.waitForURL("**" + at("fi", "cart"));
  await press("button[name=go_on]");
  await page.waitForURL("**" + at("fi", "details"));
  const person = buyer();
  for (const [field, value] of Object.entries(person)) {
    await tab_to(page, `#${field}`);
    await page.keyboard.type(value);
  }
  const group = page.locator("main input[type=radio]");
  if (await group.count()) await press("main input[type=radio]", "Space");
  await press("form.main-column button[type=submit]");
  await page.waitForURL("**" + at("fi", "review"));
  await press("#terms", "Space");
  await press("#age", "Space");
  await press(".button-order");
  await page.waitForURL((url) => url.origin === new URL(sandbox).origin);
  await press("button.method");
  await page.waitForSelector("input[name=outcome]", { state: "attached" });
  await press("form:has(input[value=approve]) button");
  await page.waitForURL((url) => url.pathname.startsWith(at("fi", "order")));
  await state_is(v, "paid");
}));
