// Goal: a shop manager, a cashier, a unit's product editor and a person of finance each do their day in a real browser, in their language, with and without script: an order is
// found, handed out and partly refunded, a second person agrees to what is above the limit, the customer sees and is told, and the day's voucher and report have it; an order that
// was paid when nothing was left is delivered all the same; words of the unit's product change; nobody gets at the others' pages. A cashier needs no mouse. What a shop
// manager sells: products.test.mjs.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { at, close, origin, sql, visit } from "./lib/shop.mjs";
import { add_this, buy, order, pay, state_is, to_review } from "./lib/buy.mjs";
import { mail_to } from "./lib/mail.mjs";
import { one } from "./lib/signup.mjs";
import { approve, enrol, log_in, open_enrolment, put_in, staff, staff_page } from "./lib/staff.mjs";

after(close);

// Somebody of the staff with one ready group, logged in.
async function somebody(v, group, scope = "shop:") {
  await open_enrolment(v);
  await enrol(v);
  await log_in(v);
  sql(`UPDATE staff_memberships m JOIN staff s ON s.id = m.staff_id SET m.ended_utc = UTC_TIMESTAMP(3) WHERE s.login = '${v.person.login}'`);
  put_in(v, group);
  const [kind, id] = scope.split(":");
  sql(`UPDATE staff_memberships m JOIN staff s ON s.id = m.staff_id SET m.scope_kind = '${kind}', m.scope_id = '${id}' WHERE s.login = '${v.person.login}' AND m.ended_utc IS NULL`);
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

for (const [lang, script] of [["fi", false], ["sv", true], ["en", true]]) {
  test(`the day of a unit's product editor in ${lang}${script ? "" : ", without script"}`, () => visit({ lang, script }, async (v) => {
    const own = { fi: "locker-padlock", sv: "swim-cap", en: "swim-towel" }[lang];
    await somebody(v, "product_editor", "unit:sports");
    await v.go(staff_page(lang, "products"));
    const shown = await v.page.locator("tbody th a").evaluateAll((links) => links.map((a) => a.getAttribute("href").split("/").pop()));
    assert.ok(shown.length > 5);
    assert.equal(one(`SELECT COUNT(*) FROM products WHERE unit_code <> 'sports' AND code IN (${shown.map((code) => `'${code}'`)})`), "0", "only the unit's products");
    await v.go(`${staff_page(lang, "products")}/${own}`);
    const words = `${one(`SELECT t.summary FROM product_texts t JOIN products p ON p.id = t.product_id WHERE p.code = '${own}' AND t.lang = '${lang}'`)} ${process.pid}`;
    await v.page.fill(`#summary_${lang}`, words);
    assert.equal(await v.page.locator("[id^=price_]").count(), 0, "prices are another's");
    await v.page.locator(".product-form .actions button").first().click();
    await v.page.locator(".notice-success").waitFor();
    const address = await v.page.locator(".product-links a").first().getAttribute("href");
    let live = false;
    for (let i = 0; i < 120 && !live; ++i) {
      live = (await (await fetch(new URL(address, origin))).text()).includes(String(process.pid));
      if (!live) await new Promise((wake) => setTimeout(wake, 250));
    }
    assert.ok(live, "the words are on the public page");
    v.expect(/40[34]/);
    const foreign = await v.page.goto(`${staff_page(lang, "products")}/museum-exhibition-book`);
    assert.ok([403, 404].includes(foreign.status()), "another unit's product");
    for (const page of ["orders", "deliveries", "refunds", "to_approve", "reports", "vouchers", "settings", "people", "log"]) await refused(v, page);
  }));
}

// Somebody orders the last of it, pays when the time is over and nothing is left; gives the order.
async function paid_too_late(lang, script, code) {
  return visit({ lang, script }, async (v) => {
    await v.go(at(lang, "product") + one(`SELECT t.slug FROM product_texts t JOIN products p ON p.id = t.product_id WHERE p.code = '${code}' AND t.lang = '${lang}'`));
    await add_this(v);
    const { email } = await to_review(v);
    await order(v);
    const [id, token] = one(`SELECT id, token FROM orders WHERE email = '${email}'`).split("\t");
    sql(`UPDATE orders SET hold_until_utc = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE WHERE id = ${id}`);
    for (let i = 0; i < 60 && one(`SELECT state FROM orders WHERE id = ${id}`) !== "expired"; ++i) await v.page.waitForTimeout(250);
    sql(`UPDATE stock k JOIN variants v ON v.id = k.variant_id JOIN products p ON p.id = v.product_id SET k.capacity = k.capacity - k.free, k.free = 0 WHERE p.code = '${code}'`);
    await pay(v);
    await state_is(v, "paid_no_stock");
    return { id, token, email };
  });
}

for (const [lang, script, code] of [["fi", true, "library-mug"], ["sv", false, "library-tote-bag"], ["en", true, "enamel-pin-crest"]]) {
  test(`the day of a shop manager in ${lang}${script ? "" : ", without script"}`, async () => {
    const late = await paid_too_late(lang, script, code);
    await visit({ lang, script }, async (v) => {
      await somebody(v, "shop_manager");
      await v.go(staff_page(lang, "desk"));
      await v.page.locator(".tasks a", { hasText: words(lang, "Hälytyksiä", "Larm", "Alerts") }).click();
      await v.page.locator(`main a[href$="/${late.id}"]`).first().click();
      await v.page.fill("#words_order", words(lang, "Varastosta löytyi vielä yksi", "Det fanns en kvar i lagret", "One more was found in the store room"));
      await v.page.locator("button[value=deliver_anyway]").click();
      await v.page.waitForLoadState();
      for (let i = 0; i < 60 && one(`SELECT state FROM orders WHERE id = ${late.id}`) !== "paid"; ++i) await v.page.waitForTimeout(250);
      await v.page.reload();
      assert.equal(await v.page.locator("button[value=deliver_anyway]").count(), 0, "decided once");
      await v.page.locator("button[name=to][value=delivered]").first().waitFor();
      await v.page.locator("nav a[href$='/halytykset'], nav a[href$='/larm'], nav a[href$='/alerts']").click();
      assert.equal(await v.page.locator(`main a[href$="/${late.id}"]`).count(), 0, "nobody need look any more");
      for (const page of ["vouchers", "settlements", "receipts", "log"]) await refused(v, page);
    });
    await visit({ lang, script }, async (v) => {
      await v.go(at(lang, "order") + late.token);
      await state_is(v, "paid");
    });
  });
}

// By Tab alone; what has the focus is seen to have it.
async function tab_to(page, selector) {
  for (let i = 0; i < 200; ++i) {
    await page.keyboard.press("Tab");
    const [here, seen] = await page.evaluate((wanted) => { const e = document.activeElement; return [e.matches(wanted), e === document.body || e.tagName === "HTML" || getComputedStyle(e).outlineStyle !== "none" || getComputedStyle(e).boxShadow !== "none"]; }, selector);
    assert.ok(seen, `the focus is seen on the way to ${selector}`);
    if (here) return;
  }
  assert.fail(`Tab doesn't come to ${selector}`);
}
const enter = (page) => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);

test("a cashier finds an order, hands it out and writes a note without a mouse", async () => {
  const lang = "fi";
  const bought = await visit({ lang }, async (v) => { const out = await buy(v, "goods"); await state_is(v, "paid"); return out; });
  const [id, number] = one(`SELECT id, number FROM orders WHERE email = '${bought.person.email}'`).split("\t");
  await visit({ lang }, async (v) => {
    await somebody(v, "cashier");
    await v.go(staff_page(lang, "desk"));
    await tab_to(v.page, "nav a[href$='/tilaukset']");
    await enter(v.page);
    await tab_to(v.page, "#q");
    await v.page.keyboard.type(number);
    await enter(v.page);
    assert.equal(v.page.url(), `${staff_page(lang, "orders")}/${id}`);
    await tab_to(v.page, "button[name=to][value=delivered]");
    await enter(v.page);
    assert.equal(one(`SELECT state FROM deliveries WHERE order_id = ${id}`), "delivered");
    await tab_to(v.page, "#note");
    await v.page.keyboard.type("Noudettu tiskiltä");
    await tab_to(v.page, "form:has(#note) button");
    await enter(v.page);
    assert.equal(one(`SELECT words FROM order_notes WHERE order_id = ${id}`), "Noudettu tiskiltä");
  });
});
