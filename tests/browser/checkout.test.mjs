// Goal: what is typed is never lost and every mistake is told in words; what was taken by another, costs nothing, is a fee
// or isn't wanted any more is told and done as the law and the shop say.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { add, buy, buyer, fill_details, order, pay, state_is, submit, to_details, to_review } from "./lib/buy.mjs";
import { mail_to, mails_to, new_address } from "./lib/mail.mjs";
import { at, close, langs, phone, say, visit } from "./lib/shop.mjs";

after(close);

for (const script of [true, false]) {
  test(`mistakes in the details come back with words, links and all that was typed, ${script ? "with" : "without"} script`, () => visit({ script }, async (v) => {
    await add(v, "card");
    await to_details(v);
    const { page } = v;
    const typed = { first_name: "Aino", last_name: "<b>Ö'Neill</b> & \"co\"", street_address: "", postal_code: "123", town: "Pori", phone: "112", email: "aino(at)example.fi" };
    await fill_details(v, typed);
    await page.locator("form.main-column button[type=submit]").click();
    await page.waitForSelector("#errors");
    assert.equal(await page.evaluate(() => document.activeElement.id), "errors", "the summary has the focus");
    assert.match(await page.title(), /^Virhe: /);
    const links = await page.locator("#errors a").evaluateAll((all) => all.map((a) => [a.getAttribute("href"), a.textContent]));
    assert.deepEqual(links.map((l) => l[0]), ["#last_name", "#street_address", "#postal_code", "#phone", "#email"]);
    for (const [href, words] of links) {
      const field = page.locator(href);
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      const described = await field.evaluate((e) => e.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).textContent).join(" "));
      assert.ok(described.includes(words), `${href} is described by its mistake`);
    }
    for (const [field, value] of Object.entries(typed)) assert.equal(await page.inputValue(`#${field}`), value);
    assert.equal(await page.inputValue("input[name^=holder_]"), "Eero Öljynen");
    await page.locator("#errors a[href='#phone']").click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "phone", "a link leads to its field");
    await fill_details(v, buyer());
    await submit(v, "**" + at("fi", "review"));
  }));
}

test("a likely slip in the address is asked about once", () => visit({ lang: "en" }, async (v) => {
  await add(v, "goods");
  await to_details(v);
  await fill_details(v, { ...buyer(), email: "someone@gmial.com" });
  await v.page.locator("form.main-column button[type=submit]").click();
  await v.page.waitForSelector("#errors");
  assert.match(await v.page.locator("#email-wrong").innerText(), /someone@gmail\.com/);
  await submit(v, "**" + at("en", "review"));
}));

test("the review keeps its boxes and tells what is missing", () => visit({ lang: "sv" }, async (v) => {
  await add(v, "goods");
  await to_review(v);
  await v.page.check("#age");
  await v.page.locator(".button-order").click();
  await v.page.waitForSelector("#errors");
  assert.deepEqual(await v.page.locator("#errors a").evaluateAll((all) => all.map((a) => a.getAttribute("href"))), ["#terms"]);
  assert.ok(await v.page.isChecked("#age"));
  assert.ok(!(await v.page.isChecked("#terms")));
}));

test("the details are kept when the buyer goes back, and the cart can be changed", () => visit({}, async (v) => {
  await add(v, "goods", { quantity: 3 });
  const person = await to_review(v, { delivery: "post" });
  await v.page.locator(".part-head a").first().click();
  await v.page.waitForURL("**" + at("fi", "details"));
  for (const [field, value] of Object.entries(person)) assert.equal(await v.page.inputValue(`#${field}`), value);
  await v.go(at("fi", "cart"));
  await v.page.locator("input[name^=q_]").fill("5");
  await v.page.locator("input[name^=q_]").press("Enter");
  await v.page.waitForLoadState();
  assert.equal(await v.page.inputValue("input[name^=q_]"), "5", "Enter updates the quantities");
  assert.equal((await v.page.locator(".summary .sum-total dd").innerText()).replace(/\s/g, ""), "110,00€");
  await v.page.locator("button[name=remove]").click();
  await v.page.waitForLoadState();
  assert.equal(await v.page.locator("h1").innerText(), say("fi", "checkout.empty_title"));
}));

test("the last piece goes to one, and the other is told in the cart", () => visit({ lang: "fi" }, (one) => visit({ lang: "en", size: phone }, async (other) => {
  await add(one, "last", { last: true });  // the variant of which one is left
  await to_review(one);
  await add(other, "last", { last: true });
  await to_review(other);
  await order(other);
  await one.page.check("#terms");
  await one.page.check("#age");
  await one.page.locator(".button-order").click();
  await one.page.waitForURL("**" + at("fi", "cart"));
  assert.equal(await one.page.locator("#errors li").count(), 1);
  assert.match(await one.page.locator("#errors li").innerText(), new RegExp(say("fi", "checkout.line_sold_out").split(".")[0]));
  assert.equal(await one.page.locator(".line .wrong").innerText(), say("fi", "checkout.line_sold_out"));
  await pay(other, "cancel");
  await other.page.locator(".button-danger").click();
  await state_is(other, "cancelled");
})));

const free_words = { fi: "Vahvista tilaus", sv: "Bekräfta beställningen", en: "Confirm order" };
const fee_words = { fi: /^Maksa 34,00\s€$/, sv: /^Betala 34,00\s€$/, en: /^Pay €34\.00$/ };

for (const lang of langs) {
  test(`a free order in ${lang} is confirmed without the payment service`, () => visit({ lang, size: phone }, async (v) => {
    await add(v, "free");
    const person = await to_review(v);
    assert.equal(await v.page.locator(".button-order").innerText(), free_words[lang]);
    assert.equal(await v.page.locator(".order-words").count(), 0);
    await order(v);
    await state_is(v, "confirmed");
    assert.equal(await v.page.locator(".order-receipt").count(), 0);
    await v.page.locator(".ticket-code").first().waitFor({ timeout: 15000 });
    await mail_to(person.email, (await v.page.locator(".state .eyebrow .no-wrap").innerText()).trim());
  }));

  test(`a statutory fee in ${lang} is paid, not ordered`, () => visit({ lang }, async (v) => {
    await add(v, "fee");
    await to_review(v);
    assert.match(await v.page.locator(".button-order").innerText(), fee_words[lang]);
    assert.equal(await v.page.locator(".order-words").count(), 0, "no order words");
    const words = await v.page.locator("main").innerText();
    assert.ok(words.includes(say(lang, "order.appeal")), "how to appeal");
    assert.ok(!words.includes(say(lang, "order.withdrawal_right") + "\n"), "no withdrawal text");
  }));
}

test("an order that wasn't paid can be paid again, or cancelled", () => visit({ lang: "sv" }, async (v) => {
  await buy(v, "goods", { outcome: "cancel" });
  await state_is(v, "payment_failed");
  await v.page.locator(".state .button").click();
  await v.page.waitForSelector("button.method");
  await pay(v, "cancel");
  await state_is(v, "payment_failed");
  await v.page.locator(".button-danger").click();
  await state_is(v, "cancelled");
  assert.equal(await v.page.locator(".state .button").count(), 0);
}));

test("the language switch keeps the page", () => visit({ lang: "fi" }, async (v) => {
  await add(v, "goods");
  await add(v, "card");
  const switched = async (page, to) => {
    await v.page.locator(`.langs a[lang=${to}]`).click();
    await v.page.waitForURL("**" + at(to, page));
    assert.equal(await v.page.evaluate(() => document.documentElement.lang), to);
  };
  await v.go(at("fi", "cart"));
  for (const to of ["sv", "en", "fi"]) await switched("cart", to);
  await to_review(v);
  await switched("review", "en");
  assert.match(await v.page.locator(".button-order").innerText(), /^Order and pay €/);
  v.lang = "en";
  await order(v);
  await pay(v, "cancel");
  const token = v.page.url().split("/").pop();
  await v.page.locator(".langs a[lang=sv]").click();
  await v.page.waitForURL("**" + at("sv", "order") + token);
}));

test("the links of one's orders come by mail, and a stranger learns nothing", () => visit({ lang: "en" }, async (v) => {
  const { person, url } = await buy(v, "goods");
  const ask = async (address) => {
    await v.go(at("en", "orders"));
    await v.page.fill("#email", address);
    await v.page.locator("main form .button").click();
    await v.page.waitForSelector(".state-success");
    return (await v.page.locator("main").innerText()).replaceAll(address, "X");
  };
  const stranger = new_address();
  assert.equal(await ask(person.email), await ask(stranger));
  const mail = await mail_to(person.email, say("en", "mail.links_what").slice(0, 20));
  assert.ok(mail.text.includes(url));
  assert.equal(mails_to(stranger).length, 0);
}));
