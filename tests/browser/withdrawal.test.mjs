// Goal: a consumer withdraws in two steps, from the order's own page or by the public form, and gets the acknowledgement with
// its content, date and time to the second (KSL 6:14 a).
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { buy, state_is } from "./lib/buy.mjs";
import { mail_to, new_address } from "./lib/mail.mjs";
import { at, close, langs, phone, say, visit } from "./lib/shop.mjs";

after(close);

const confirm = { fi: "Vahvista peruuttaminen", sv: "Bekräfta frånträdandet", en: "Confirm withdrawal" };
const here = { fi: "Peruuta sopimus tästä", sv: "Frånträd avtalet här", en: "Withdraw from contract here" };
const to_the_second = /\d\d?[.:]\d\d[.:]\d\d/;

for (const lang of langs) {
  const script = lang !== "sv";  // one of them without
  test(`withdrawal from the order's page in ${lang}`, () => visit({ lang, script }, async (v) => {
    const { person } = await buy(v, "card", { begin: true });
    await state_is(v, "paid");
    const { page } = v;
    const order_url = page.url();
    await page.locator("main").getByRole("link", { name: here[lang], exact: true }).click();
    await page.waitForSelector("#lines");
    assert.equal(await page.inputValue("#email"), person.email);
    await page.locator("button[value=check]").click();
    await page.waitForSelector("#errors");
    await page.locator("#lines input[type=checkbox]").first().check();
    await page.locator("button[value=check]").click();
    await page.locator("button[value=change]").click();
    assert.ok(await page.locator("#lines input[type=checkbox]").first().isChecked(), "going back keeps the choice");
    await page.locator("button[value=check]").click();
    assert.equal(await page.locator("button[value=confirm]").innerText(), confirm[lang]);
    await page.locator("button[value=confirm]").click();
    await page.waitForSelector(".state-success");
    assert.match(await page.locator(".state").innerText(), to_the_second);
    const mail = await mail_to(person.email, say(lang, "mail.withdrawal_what").slice(0, 25));
    assert.match(mail.text, to_the_second);
    await page.goto(order_url);
    assert.equal(await page.locator(".notice-title").innerText(), say(lang, "order.withdrawn_title"));
  }));

  test(`withdrawal by the public form in ${lang}, which answers the same for an order that isn't there`, () => visit({ lang, script, size: phone }, async (v) => {
    const { page } = v;
    await v.go(at(lang, "front"));
    await page.locator("footer").getByRole("link", { name: here[lang] }).click();
    await page.waitForURL("**" + at(lang, "withdraw"));
    const email = new_address();
    const typed = { name: "Eero Öljynen", order_number: "7K3P9QX2M", email, lines: "2 × kuppi\nKoko tilaus" };
    for (const [field, value] of Object.entries(typed)) await page.fill(`#${field}`, value);
    await page.locator("button[value=check]").click();
    assert.equal(await page.locator("button[value=confirm]").innerText(), confirm[lang]);
    await page.locator("button[value=change]").click();
    for (const [field, value] of Object.entries(typed)) assert.equal((await page.inputValue(`#${field}`)).replace(/\r\n/g, "\n"), value);
    await page.locator("button[value=check]").click();
    await page.locator("button[value=confirm]").click();
    await page.waitForSelector(".state-success");
    assert.match(await page.locator(".state").innerText(), to_the_second);
    const mail = await mail_to(email, "7K3P9QX2M");
    assert.match(mail.text, to_the_second);
    assert.ok(mail.text.includes("Eero Öljynen"));
  }));
}
