// Goal: a cashier, a manager and a person of finance each do their day in a real browser, in their language, with and without script: an order is found, handed out and partly
// refunded, a second person agrees to what is above the limit, the customer sees and is told, and the day's voucher and report have it; nobody gets at the others' pages.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { at, close, sql, visit } from "./lib/shop.mjs";
import { buy, state_is } from "./lib/buy.mjs";
import { mail_to } from "./lib/mail.mjs";
import { one } from "./lib/signup.mjs";
import { approve, enrol, log_in, open_enrolment, put_in, staff, staff_page } from "./lib/staff.mjs";

after(close);

// Somebody of the staff with one ready group, logged in.
async function somebody(v, group) {
  await open_enrolment(v);
  await enrol(v);
  await log_in(v);
  sql(`UPDATE staff_memberships m JOIN staff s ON s.id = m.staff_id SET m.ended_utc = UTC_TIMESTAMP(3) WHERE s.login = '${v.person.login}'`);
  put_in(v, group);
  approve(v);
}

async function refused(v, page) {
  v.expect(/403/);
  const answer = await v.page.goto(staff_page(v.lang, page));
  assert.equal(answer.status(), 403, page);
}

const of = (url) => url.split("/").pop();
const words = (lang, fi, sv, en) => ({ fi, sv, en })[lang];

for (const [lang, script] of [["fi", true], ["sv", false], ["en", true]]) {
  test(`the day of a cashier and of finance in ${lang}${script ? "" : ", without script"}`, async () => {
    let number, token, email;
    await visit({ lang, script }, async (v) => {
      const bought = await buy(v, "goods", { quantity: 10 });
      await state_is(v, "paid");
      token = of(bought.url.split("#")[0].split("?")[0]);
      email = bought.person.email;
      number = one(`SELECT number FROM orders WHERE token = '${token}'`);
    });
    const id = one(`SELECT id FROM orders WHERE token = '${token}'`);
    const refund_of = () => one(`SELECT CONCAT(r.state, ' ', COALESCE(f.state, '-')) FROM refund_requests r LEFT JOIN refunds f ON f.request_id = r.id WHERE r.order_id = ${id} ORDER BY r.id DESC LIMIT 1`);
    const becomes = async (page, wanted) => {
      for (let i = 0; i < 60 && refund_of() !== wanted; ++i) await page.waitForTimeout(250);
      assert.equal(refund_of(), wanted);
    };
    await visit({ lang, script }, async (v) => {
      await somebody(v, "cashier");
      // Found by its number, as the customer reads it out.
      await v.go(staff_page(lang, "orders"));
      await v.page.fill("#q", `${number.slice(0, 4)} ${number.slice(4, 8)} ${number.slice(8)}`.toLowerCase());
      await v.page.locator("form[role=search] button").click();
      await v.page.waitForURL(`${staff_page(lang, "orders")}/${id}`);
      assert.match(await v.page.locator("main").innerText(), /Östman/);
      // Handed out or sent.
      await v.page.locator("button[name=to][value=delivered]").first().click();
      await v.page.waitForLoadState();
      assert.equal(one(`SELECT state FROM deliveries WHERE order_id = ${id}`), "delivered");
      // One piece comes back.
      await v.page.locator("section[aria-labelledby=paid] a.button").click();
      await v.page.locator("input[name=units_1]").fill("1");
      await v.page.selectOption("#reason", "customer_asked");
      await v.page.fill("#words", "Väärä koko");
      await v.page.check("#stock_back");
      await v.page.locator("form:has(#reason) button[type=submit]").click();
      await v.page.waitForURL(`${staff_page(lang, "orders")}/${id}`);
      await becomes(v.page, "taken ok");
      await v.page.reload();
      assert.match(await v.page.locator("section[aria-labelledby=paid]").innerText(), new RegExp(words(lang, "Hyvityskuitti", "Krediteringskvitto", "Credit receipt")));
      // The rest is above the limit.
      await v.page.locator("section[aria-labelledby=paid] a.button").click();
      await v.page.check("#what_all");
      await v.page.selectOption("#reason", "mistake");
      await v.page.fill("#words", "Kaikki takaisin");
      await v.page.locator("form:has(#reason) button[type=submit]").click();
      await v.page.waitForURL(`${staff_page(lang, "orders")}/${id}`);
      assert.equal(refund_of(), "requested -");
      for (const page of ["to_approve", "people", "log"]) await refused(v, page);
    });
    await visit({ lang, script }, async (v) => {
      await somebody(v, "finance");
      await v.go(staff_page(lang, "to_approve"));
      await v.page.locator(`li:has-text("${number.slice(0, 4)}") button[value=yes]`).click();
      await v.page.waitForURL(staff_page(lang, "to_approve"));
      await becomes(v.page, "taken ok");
      for (const page of ["orders", "deliveries", "refunds", "people"]) await refused(v, page);
      // The day's figures have both sides: what was sold and credited of this order is nothing.
      assert.equal(one(`SELECT SUM(total_cents) FROM receipts WHERE order_id = ${id}`), "0");
      await v.go(staff + words(lang, "/fi/tositteet", "/sv/verifikationer", "/en/vouchers"));
      await v.page.locator("main tbody a").first().click();
      assert.ok((await v.page.locator("main tbody tr").count()) >= 3);
    });
    await visit({ lang, script }, async (v) => {
      await v.go(at(lang, "order") + token);
      await v.page.locator(".order-receipt a").click();
      assert.equal(await v.page.locator("article.receipt").count(), 3, "the sale and two credits");
    });
    await mail_to(email, words(lang, "Olemme palauttaneet rahaa", "Vi har betalat tillbaka pengar", "We have refunded money"));
  });
}
