// Every kind of page, as a visitor comes to it. A line here has the page audited in both colour schemes, looked at
// on a narrow screen, and validated. The steps run from top to bottom with one visitor (one cart).
import fs from "node:fs";
import { add, buy, fill_details, open_product, order, pay, state_is, submit, to_details, to_review } from "./buy.mjs";
import { cart_as_before, cart_price_changed, cart_sold_out, error_page, order_as, order_expired, payment_not_believed, payment_start, payment_unavailable, payment_wait, refused_form, used_form } from "./odd.mjs";
import { at, langs, sql } from "./shop.mjs";
import { be, born, camp, enter, family, fill, hold, one, participants, robots, send_form, session_of_courses, story, tell_health, variant } from "./signup.mjs";
import { approve, check_ticket, confirm_anew, invite_somebody, log_in, log_out, open_enrolment, put_in, send_enrolment, staff, staff_page, to_login_from_codes } from "./staff.mjs";

// An order that somebody paid earlier on, and one whose goods wait: the staff's pages of them.
const paid = () => one("SELECT order_id FROM receipts ORDER BY id DESC LIMIT 1");
function parcel() {
  sql("INSERT IGNORE INTO deliveries SELECT l.order_id, l.unit_code, l.delivery_code, l.delivery_kind, 'waiting', NULL, UTC_TIMESTAMP(3) FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.state = 'paid' AND l.product_kind = 'goods' AND l.delivery_kind IN ('collect', 'post')");
  return one("SELECT order_id FROM deliveries ORDER BY order_id DESC LIMIT 1");
}
// One of each kind that the desk's people may see, about what there is.
function alert_for_each() {
  const kinds = { paid_no_stock: paid(), overpaid: one("SELECT MAX(id) FROM payment_attempts WHERE state = 'ok'"), session_short: one(`SELECT id FROM variants WHERE code = '${robots}'`), unknown_payment: "900001" };
  for (const [kind, object] of Object.entries(kinds)) sql(`INSERT IGNORE INTO staff_alerts (kind, object_id, case_code, created_utc) SELECT '${kind}', ${object}, LEFT(MD5('${kind}'), 9), UTC_TIMESTAMP(3) FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM staff_alerts WHERE kind = '${kind}' AND object_id = ${object})`);
}
const of_order = (v, tail = { fi: "", sv: "", en: "" }, id = paid()) => v.go(`${staff_page(v.lang, "orders")}/${id}${tail[v.lang]}`);
async function fill_new_order(v) {
  await v.page.locator("main input[name^=quantity_]").waitFor();
  for (const holder of await v.page.locator("main input[id^=holder_]").all()) await holder.fill("Anna Lahtinen");
  for (const [id, words] of [["first_name", "Veikko"], ["last_name", "Lahtinen"], ["phone", "040 555 1234"]]) await v.page.fill("#" + id, words);
  await v.page.locator("main input[type=radio][name^=way_]").first().check();
  sql("INSERT IGNORE INTO discount_codes (code, name_fi, name_sv, name_en, scope, percent, minimum_cents, from_day, until_day, form_key, made_utc) VALUES ('PAGES10', 'Syysetu', 'Höstförmån', 'Autumn benefit', 'shop:', 10, 0, '2020-01-01', '2099-12-31', RANDOM_BYTES(16), NOW(3))");
  await v.page.fill("#discount_code", "pages-10");
  await v.page.fill("#gift_card", v.code);
  await v.page.check("#lang" + (v.lang === "fi" ? "" : "_" + v.lang));
}
// A time that is called off, the same for all.
function call_off() {
  const time = one("SELECT MAX(v.id) FROM variants v JOIN products p ON p.id = v.product_id AND p.kind = 'ticket' WHERE v.starts_utc > UTC_TIMESTAMP()");
  sql(`SET FOREIGN_KEY_CHECKS = 0; INSERT IGNORE INTO called_off_times (variant_id, reason, called_off_by, called_off_utc) SELECT ${time}, 'Esiintyjä on sairas', COALESCE(MIN(id), 1), UTC_TIMESTAMP(3) FROM staff; UPDATE variants SET active = FALSE WHERE id = ${time}`);
  return time;
}

// One refund that a family asks for, one that a colleague has asked for, one withdrawal.
function ask_refunds() {
  const of = `FROM orders o JOIN payment_attempts a ON a.order_id = o.id AND a.state = 'ok' WHERE o.id = ${paid()}`;
  sql(`INSERT INTO refund_requests (order_id, cents, reason, requested_utc, state) SELECT o.id, 100, 'family_cancelled', UTC_TIMESTAMP(3), 'asked' ${of}`);
  sql(`INSERT INTO refund_requests (order_id, attempt_id, cents, reason, words, requested_by, requested_utc, state) SELECT o.id, a.id, 100, 'mistake', 'Virhe hinnassa', (SELECT MIN(id) FROM staff), UTC_TIMESTAMP(3), 'requested' ${of}`);
  for (const _ of [1, 2]) {
    sql(`INSERT INTO registrations (number, token, variant_id, lang, state, seats, holds_seats, hold_until_utc, created_utc, order_id) SELECT LEFT(MD5(RAND()), 9), LEFT(MD5(RAND()), 26), ${variant(robots)}, 'fi', 'cancelled', 1, FALSE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), o.id ${of};`
      + "INSERT INTO refund_requests (order_id, registration_id, cents, reason, requested_utc, state) SELECT order_id, id, 100, 'session_cancelled', UTC_TIMESTAMP(3), 'asked' FROM registrations WHERE id = LAST_INSERT_ID()");
  }
  sql(`INSERT INTO withdrawals (case_code, form_key, order_id, via, name, order_number, email, lines_stated, lang, received_utc) SELECT LEFT(MD5(RAND()), 9), UNHEX(MD5(RAND())), o.id, 'form', 'Aino Mäkelä', o.number, o.email, '1 × Muki', o.lang, UTC_TIMESTAMP() ${of}`);
}

const first = (v, selector) => v.page.locator(selector).first();
async function follow(v, selector) {
  const link = first(v, selector);
  const address = await link.getAttribute("href");
  await link.click();
  await v.page.waitForURL("**" + address);
}

const send_main = (v) => v.page.locator("main button[type=submit]").last().click();
// A thing that nothing else here buys nor edits, another in each language.
const to_be_closed = (lang) => {
  const code = { fi: "museum-exhibition-book", sv: "kitchen-caddy", en: "reading-journal" }[lang];
  const [slug, name] = one(`SELECT t.slug, t.name FROM products p JOIN product_texts t ON t.product_id = p.id AND t.lang = '${lang}' WHERE p.code = '${code}'`).split("\t");
  return { code, name, path: { fi: "/fi/tuote/", sv: "/sv/produkt/", en: "/en/product/" }[lang] + slug };
};
// Of the visitor of this language alone: the others end theirs at the same time.
const summer_sale = (lang) => ({ name_fi: `Kesäale ${lang}`, name_sv: `Sommarrea ${lang}`, name_en: `Summer sale ${lang}` });
const form_of = (session) => one(`SELECT a.form_code FROM activities a JOIN variants v ON v.product_id = a.product_id WHERE v.code = '${session}'`);

// Work that is going on, of who is here: asked for in an hour, so that nobody does it meanwhile.
function long_work({ lang, person }) {
  const token = "0".repeat(25) + langs.indexOf(lang);
  sql(`REPLACE INTO jobs (token, kind, asked, staff_id, address, lang, state, done, total, made_utc) SELECT '${token}', 'files_export', 'shown', id, '', '${lang}', 'running', 63, 159, UTC_TIMESTAMP(3) + INTERVAL 1 HOUR FROM staff WHERE login = '${person.login}'`);
  return `${staff}/${lang}/${{ fi: "pitka-tyo", sv: "langt-arbete", en: "long-work" }[lang]}/${token}`;
}

export const pages = [
  ["front", (v) => v.go(at(v.lang, "front"))],
  ["category of categories", async (v) => { await v.go(at(v.lang, "front")); await follow(v, "main .card-category .card-name a"); }],
  ["category", async (v) => { await follow(v, ".children a"); await v.page.waitForSelector(".filters"); }],
  ["courses", async (v) => { await v.go({ fi: "/fi/osasto/kurssit-ja-leirit", sv: "/sv/avdelning/kurser-och-lager", en: "/en/category/courses-and-camps" }[v.lang]); await follow(v, ".children a"); }],
  ["category, filtered", (v) => follow(v, ".filter a:not([aria-current])")],
  ["category, sorted", (v) => follow(v, ".sort a:not([aria-current])")],
  ["search", (v) => v.go(at(v.lang, "search"))],
  ["product", (v) => open_product(v, "goods")],
  ["activity", (v) => open_product(v, "camp")],
  ["product, gift card", (v) => open_product(v, "gift")],
  ["product with times", (v) => open_product(v, "ticket")],
  ...["help", "terms", "contact", "privacy", "rights", "accessibility", "cookies", "withdrawal_info", "recordings"].map((name) => [name, (v) => v.go(at(v.lang, name))]),
  ["not found", (v) => { v.expect(/404/); return v.go(`/${v.lang}/nothing-here`); }],
  ...[429, 502, 504].map((code) => [`error ${code}`, (v) => error_page(v, code)]),
  ["order not found", (v) => v.go(at(v.lang, "order") + "x".repeat(22))],
  ["form refused", (v) => refused_form(v)],
  ["cart, price changed", (v) => cart_price_changed(v)],
  ["cart, sold out", (v) => cart_sold_out(v)],
  ["cart, empty", (v) => cart_as_before(v)],
  ["product, added", (v) => add(v, "goods", { quantity: 2 })],
  ["cart", async (v) => { await add(v, "card"); await add(v, "ticket"); await v.go(at(v.lang, "cart")); }],
  ["cart with a mistake", async (v) => { await first(v, "input[name^=q_]").fill("kaksi"); await v.page.locator(".cart-update button").click(); await v.page.waitForSelector("#errors"); }],
  ["cart with a wrong code", async (v) => { await v.go(at(v.lang, "cart")); await v.page.fill("#code", "KESÄ-2027"); await v.page.locator(".cart-code button").click(); await v.page.waitForSelector("#code-wrong"); }],
  ["cart with a code", async (v) => { sql("INSERT IGNORE INTO discount_codes (code, name_fi, name_sv, name_en, scope, percent, from_day, until_day, form_key, made_utc) VALUES ('PAGES15', 'Opiskelijaetu', 'Studentförmån', 'Student benefit', 'shop:', 15, '2026-01-01', '2036-01-01', RANDOM_BYTES(16), NOW(3))"); await v.page.fill("#code", "pages-15"); await v.page.locator(".cart-code button").click(); await v.page.waitForSelector(".cart-code strong"); }],
  ["cart without its code", async (v) => { await v.page.locator(".cart-code button").click(); await v.page.waitForSelector("#code"); }],
  ["details", (v) => to_details(v)],
  ["details with mistakes", async (v) => { await v.page.locator(".company > summary").click(); await v.page.fill("#business_id", "1234567-1"); await v.page.locator("form.main-column button[type=submit]").click(); await v.page.waitForSelector("#errors"); }],
  ["review", async (v) => { await to_details(v); await v.page.fill("#business_id", ""); await fill_details(v, undefined, { delivery: "post", begin: true }); await submit(v, "**" + at(v.lang, "review")); }],
  ["review with mistakes", async (v) => { await v.page.locator(".button-order").click(); await v.page.waitForSelector("#errors"); }],
  ["order, payment failed", async (v) => { await order(v); await pay(v, "cancel"); await state_is(v, "payment_failed"); }],
  ["order, cancelled", async (v) => { await v.page.locator(".button-danger").click(); await state_is(v, "cancelled"); }],
  ["order, free", async (v) => { await buy(v, "free"); await state_is(v, "confirmed"); await v.page.locator(".ticket").first().waitFor(); }],
  ["ticket", (v) => follow(v, ".ticket-open a")],
  ["ticket, called off", async (v) => { sql(`UPDATE tickets SET variant_id = ${call_off()} WHERE code = '${v.page.url().split("/").pop()}'`); await v.page.reload(); await v.page.waitForSelector(".state-alert"); }],
  ["review, fee", async (v) => { await add(v, "fee"); await to_details(v); await fill_details(v); await submit(v, "**" + at(v.lang, "review")); }],
  ["order, payment pending", async (v) => { await order(v); await pay(v, "pending"); await state_is(v, "payment_pending"); }],
  ["order, paid", async (v) => { await buy(v, "card", { begin: true }); await state_is(v, "paid"); v.paid = v.page.url(); }],
  ["receipt", async (v) => { await v.page.locator(".order-receipt a").click(); await v.page.waitForSelector(".receipt"); }],
  ["ticket of a card", async (v) => { await v.go(v.paid); await follow(v, ".ticket-open a"); v.ticket = await v.page.locator(".ticket-code").innerText(); }],
  ["withdrawal from an order", async (v) => { await v.go(v.paid); await v.page.locator("section[aria-labelledby=withdraw-title] .button").click(); await v.page.waitForSelector("#lines"); }],
  ["withdrawal, mistake", async (v) => { await v.page.locator("main button[value=check]").click(); await v.page.waitForSelector("#errors"); }],
  ["withdrawal, confirm", async (v) => { await first(v, "#lines input[type=checkbox]").check(); await v.page.locator("main button[value=check]").click(); await v.page.waitForSelector("button[value=confirm]"); }],
  ["withdrawal, done", async (v) => { await v.page.locator("button[value=confirm]").click(); await v.page.waitForSelector(".state-success"); }],
  ["order, withdrawn", (v) => v.go(v.paid)],
  ["form used", (v) => used_form(v)],
  ["payment unavailable", (v) => payment_unavailable(v)],
  ["order, payment unknown", async (v) => { await v.go(v.unpaid); await state_is(v, "payment_unknown"); }],
  ["payment, start", (v) => payment_start(v)],
  ["payment, wait", (v) => payment_wait(v)],
  ["payment not believed", (v) => payment_not_believed(v)],
  ["order, expired", (v) => order_expired(v)],
  ["order, needs review", (v) => order_as(v, "expired", "needs_review", "needs_review")],
  ["order, no stock", (v) => order_as(v, "paid_no_stock", "no_stock", "paid_no_stock")],
  ["order, overpaid", (v) => order_as(v, "paid", "overpaid", "overpaid")],
  ["order of a gift card", async (v) => { await buy(v, "gift", { last: true }); await state_is(v, "paid"); v.code = (await v.page.locator("section[aria-labelledby=cards-title] .ticket-code").innerText()).split(":").pop(); }],
  ["gift card's balance, unknown", async (v) => { await v.go(at(v.lang, "gift_card")); await v.page.fill("#code", "4F7K 2MZD"); await send_main(v); await v.page.waitForSelector("#errors"); }],
  ["gift card's balance", async (v) => { await v.page.fill("#code", v.code); await send_main(v); await v.page.waitForSelector(".state-success"); }],
  ["review with an unknown gift card", async (v) => { await add(v, "goods"); await to_review(v); await v.page.locator("#gift-cards summary").click(); await v.page.fill("#gift_card", "4F7K 2MZD"); await v.page.locator("#gift-cards form button").last().click(); await v.page.waitForSelector("#errors"); }],
  ["review with a gift card", async (v) => { await v.page.fill("#gift_card", v.code); await v.page.locator("#gift-cards form button").last().click(); await v.page.waitForSelector(".gift-card-list"); }],
  ["order, paid by a gift card", async (v) => { await order(v); await state_is(v, "paid"); }],
  ["receipt, paid by a gift card", async (v) => { await v.page.locator(".order-receipt a").click(); await v.page.waitForSelector(".receipt"); }],
  ["sign-up", (v) => enter(v, camp, robots, 2)],
  ["sign-up with mistakes", async (v) => { await v.page.check("#p1_q_diet_nuts"); await v.page.locator("main form .actions button").first().click(); await v.page.waitForSelector("#errors"); }],
  ["cart with a sign-up", async (v) => { await fill(v, family(["Aino", "Eemil"], `pages-${v.lang}@example.com`)); await tell_health(v, 2, "Epipen repussa"); await v.page.locator("[name='f_q_walks-home'][value=no]").check(); await send_form(v, "**" + at(v.lang, "cart")); }],
  ["sign-up in the cart", async (v) => { v.signed_up = one(`SELECT token FROM registrations WHERE email = 'pages-${v.lang}@example.com' ORDER BY id DESC LIMIT 1`); await v.go({ fi: "/fi/ilmoittautuminen/", sv: "/sv/anmalan/", en: "/en/registration/" }[v.lang] + v.signed_up); }],
  ["sign-up confirmed", async (v) => { await to_details(v); await fill_details(v); await submit(v, "**" + at(v.lang, "review")); await order(v); await pay(v); await state_is(v, "paid"); await v.go({ fi: "/fi/ilmoittautuminen/", sv: "/sv/anmalan/", en: "/en/registration/" }[v.lang] + v.signed_up); }],
  ["sign-up, health anew", async (v) => { await v.page.locator("a[href$=terveystiedot], a[href$=halsouppgifter], a[href$=health]").click(); await v.page.waitForSelector("#p2_consent"); }],
  ["sign-up, health with a mistake", async (v) => { await v.page.check("#p2_q_diet_nuts"); await v.page.locator("main form button[type=submit]").nth(1).click(); await v.page.waitForSelector("#errors"); }],
  ["sign-up, free", async (v) => { await enter(v, story, "morning-1"); await fill(v, { ...family(["Kerttu"], `pages-${v.lang}@example.com`) , p1_birth: born(5) }); await send_form(v, v.page.url()); await v.page.waitForSelector(".notice-success"); }],
  ["sign-up, full", async (v) => { sql(`UPDATE stock SET free = 0 WHERE variant_id = ${variant("morning-2")}`); await v.go(story[v.lang]); await v.page.locator("#morning-3 input[name=session]").evaluate((input, id) => { input.value = id; }, variant("morning-2")); await v.page.locator("#morning-3 form button").click(); await v.page.waitForSelector("#queue"); }],
  ["sign-up, full, with a mistake", async (v) => { await v.page.locator("main form button").click(); await v.page.waitForSelector("#errors"); }],
  ["sign-up, waiting", async (v) => { await v.page.fill("#email", `waits-${v.lang}@example.com`); await v.page.locator("main form button").click(); await v.page.waitForSelector("#cancelling"); }],
  ["sign-up, cancelled", async (v) => { await v.page.locator("main form .button-danger").click(); await v.page.waitForSelector(".notice-warning"); }],
  ["withdrawal", (v) => v.go(at(v.lang, "withdraw"))],
  ["withdrawal with mistakes", async (v) => { await v.page.locator("main button[value=check]").click(); await v.page.waitForSelector("#errors"); }],
  ["my orders", (v) => v.go(at(v.lang, "orders"))],
  ["my orders, sent", async (v) => { await v.page.fill("#email", "nobody@example.fi"); await v.page.locator("main form .button").click(); await v.page.waitForSelector(".state-success"); }],
  ["staff, enrolment", (v) => open_enrolment(v)],
  ["staff, enrolment with mistakes", async (v) => { await v.page.fill("#password", "lyhyt"); await v.page.locator("main button[type=submit]").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, account ready", (v) => send_enrolment(v)],
  ["staff, desk", async (v) => { await to_login_from_codes(v); await log_in(v); put_in(v, "auditor", "register_responsible", "cashier", "shop_manager", "finance"); await v.go(staff_page(v.lang, "desk")); }],
  ["staff, account", (v) => v.go(staff_page(v.lang, "account"))],
  ["staff, recovery codes", async (v) => { await v.page.locator("form[action$='/koodit'] button, form[action$='/koder'] button, form[action$='/codes'] button").click(); await v.page.waitForSelector(".codes"); }],
  ["staff, authenticator app", (v) => v.go(staff_page(v.lang, "authenticator"))],
  ["staff, authenticator app with a mistake", async (v) => { await v.page.locator("main button[type=submit]").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, password with mistakes", async (v) => { await v.go(staff_page(v.lang, "password")); await v.page.locator("main button[type=submit]").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, second factor", (v) => v.go(staff_page(v.lang, "confirm"))],
  ["staff, second factor with a mistake", async (v) => { await v.page.locator("main button[type=submit]").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, orders", async (v) => { approve(v); await v.go(staff_page(v.lang, "orders")); }],
  ["staff, orders with a mistake", async (v) => { await v.page.fill("#q", "Östman"); await v.page.locator("form[method=post] button").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, orders found", async (v) => { await v.page.selectOption("#purpose", "contact"); await v.page.locator("form[method=post] button").click(); await v.page.waitForSelector(".table"); }],
  ["staff, order with a mistake", async (v) => { await of_order(v); await v.page.locator("form:has(#note) button").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, order", (v) => of_order(v, undefined, parcel())],
  ["staff, packing slip", async (v) => { await of_order(v, undefined, parcel()); await v.page.locator("a[href*='/lahete?'], a[href*='/foljesedel?'], a[href*='/packing-slip?']").first().click(); await v.page.waitForURL("**?unit=**"); }],
  ["staff, alerts", async (v) => { alert_for_each(); await v.go(staff_page(v.lang, "alerts")); }],
  ["staff, alerts with a mistake", async (v) => { await v.page.locator("main details summary").first().click(); await v.page.locator("main details button").first().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, new order", (v) => v.go(staff_page(v.lang, "new_order"))],
  ["staff, new order with mistakes", async (v) => { await v.page.locator("main button[value=quote]").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, new order, found", async (v) => { await v.page.fill("#q", one("SELECT code FROM products WHERE state = 'published' AND kind = 'pass' ORDER BY id LIMIT 1")); await v.page.locator("main button[value=search]").click(); await v.page.locator("main button[value^='add:']").first().waitFor(); }],
  ["staff, new order, filled in", async (v) => { await v.page.locator("main button[value^='add:']").first().click(); await fill_new_order(v); }],
  ["staff, new order, review", async (v) => { await v.page.locator("main button[value=quote]").click(); await v.page.waitForSelector("input[name=seen]", { state: "attached" }); }],
  ["staff, new order to be changed", async (v) => { await v.page.locator("main form .actions a").click(); await v.page.waitForSelector("#card"); }],
  ["staff, new order, with a code that is none", async (v) => { await v.page.fill("#discount_code", "NOSUCHCODE"); await v.page.locator("main button[value=quote]").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, order made by staff", async (v) => { await v.page.fill("#discount_code", ""); await v.page.locator("main button[value=quote]").click(); await v.page.waitForSelector("input[name=seen]", { state: "attached" }); await v.page.locator("main form .button").click(); await v.page.waitForSelector("#link"); v.made = await v.page.locator(".link-letters").innerText(); }],
  ["staff, customer's link", async (v) => { await v.page.locator("section[aria-labelledby=link] .actions a").click(); await v.page.waitForSelector(".qr-frame"); }],
  ["order made by staff", async (v) => { await v.go(v.made); await state_is(v, "to_accept"); }],
  ["order made by staff, with mistakes", async (v) => { await v.page.locator(".button-order").click(); await v.page.waitForSelector("#errors"); }],
  ["order made by staff that gift cards cover", async (v) => { sql(`UPDATE orders SET cards_cents = total_cents WHERE token = '${v.made.split("/").pop()}'`); await v.go(v.made); await state_is(v, "to_agree"); }],
  ["staff, refund with mistakes", async (v) => { await of_order(v, { fi: "/hyvitys", sv: "/aterbetalning", en: "/refund" }); await v.page.locator("form:has(#reason) button").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, gift cards with a mistake", async (v) => { await v.go(staff_page(v.lang, "gift_cards")); await v.page.fill("#code", "4F7K 2MZD"); await send_main(v); await v.page.waitForSelector("#errors"); }],
  ["staff, gift card", async (v) => { await v.page.fill("#code", v.code); await send_main(v); await v.page.waitForSelector("#moves"); }],
  ["staff, gift card with mistakes", async (v) => { await send_main(v); await v.page.waitForSelector("#errors"); }],
  ["staff, refunds", async (v) => { ask_refunds(); await v.go(staff_page(v.lang, "refunds")); }],
  ["staff, refunds to approve", (v) => v.go(staff_page(v.lang, "to_approve"))],
  ["staff, deliveries with a mistake", async (v) => { await v.go(staff_page(v.lang, "deliveries")); await v.page.locator("form:has(#parcel) button").first().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, packing slips", async (v) => { await v.page.locator("input[name=parcel]").first().check(); await v.page.locator("button[value=slips]").click(); await v.page.waitForSelector(".slip"); }],
  ["staff, pick list", (v) => v.go({ fi: staff + "/fi/toimitukset/kerailylista", sv: staff + "/sv/leveranser/plocklista", en: staff + "/en/deliveries/pick-list" }[v.lang])],
  ["staff, activities", (v) => v.go(staff_page(v.lang, "activities"))],
  ["staff, session of courses", (v) => v.go(session_of_courses(v.lang, variant(robots)))],
  ["staff, session of courses with mistakes", async (v) => { await v.page.locator("form:has(#reason) button").click(); await v.page.waitForLoadState(); }],
  ["staff, ticket check", (v) => v.go(staff_page(v.lang, "tickets"))],
  ["staff, ticket check with a mistake", async (v) => { await v.page.locator("#check button").first().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, ticket check, valid", async (v) => { await check_ticket(v, v.ticket); await v.page.waitForSelector("#verdict form"); }],
  ["staff, ticket check, undone", async (v) => { await v.page.locator("#verdict form button").click(); await v.page.waitForSelector("#said .notice-success"); }],
  ["staff, ticket check, unknown", async (v) => { await check_ticket(v, "0".repeat(26)); await v.page.waitForSelector(".state-warning"); }],
  ["staff, ticket check, list sent", async (v) => { await v.page.evaluate(([code, place]) => localStorage.setItem("tickets.waiting", JSON.stringify(["0".repeat(26), code].map((one) => ({ code: one, place, at: new Date().toISOString(), key: crypto.randomUUID() })))), [v.ticket, "Ovi"]); await v.page.reload(); await v.page.waitForSelector("#sent .sessions"); }],
  ["staff, gates with mistakes", async (v) => { await v.go(staff_page(v.lang, "gates")); await v.page.locator("main button[type=submit]").last().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, gate's token", async (v) => { await v.page.fill("#name", `Ovi ${v.lang} ${process.pid}`); await v.page.selectOption("#unit", { index: 1 }); await v.page.locator("main button[type=submit]").last().click(); await v.page.waitForSelector(".secret"); }],
  ["staff, gates", (v) => v.go(staff_page(v.lang, "gates"))],
  ["staff, products", (v) => v.go(staff_page(v.lang, "products"))],
  ["staff, products of which little is left", (v) => v.go(staff_page(v.lang, "products") + "?stock=low")],
  ["staff, new product with mistakes", async (v) => { await v.go(staff_page(v.lang, "new_product") + "?kind=pass"); await v.page.locator(".product-form .actions button").first().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, new activity with mistakes", async (v) => { await v.go(staff_page(v.lang, "new_product") + "?kind=activity"); await v.page.locator(".product-form .actions button").first().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, activity", async (v) => { await v.go(staff_page(v.lang, "products") + "?kind=activity"); await follow(v, "tbody th a"); await v.page.locator("details:has(#sessions) summary").click(); }],
  ["staff, activity copied with a mistake", async (v) => { await v.page.check("#sessions"); await v.page.fill("#weeks", "x"); await v.page.locator("form:has(#weeks) button").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, product", async (v) => { await v.go(staff_page(v.lang, "products") + "?kind=ticket"); await follow(v, "tbody th a"); await v.page.waitForSelector("#picture"); v.product = v.page.url(); }],
  ["staff, product with a mistake", async (v) => { await v.page.fill("#max_per_order", "x"); await v.page.locator(".product-form .actions button").first().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, picture with mistakes", async (v) => { await v.go(v.product); await v.page.locator("form:has(#picture) button").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, two at once", async (v) => {
    await v.go(v.product);
    sql(`UPDATE products SET revision = revision + 1 WHERE code = '${v.product.split("/").pop()}'`);
    v.expect(/409/);
    await v.page.fill("#summary_fi", `Toinen ${v.lang}`);
    await v.page.locator(".product-form .actions button").first().click();
    await v.page.waitForSelector("#clash");
  }],
  ["staff, product saved", async (v) => { await v.page.locator(".product-form .actions button").first().click(); await v.page.waitForSelector(".notice-success"); }],
  ["staff, history of a product", async (v) => { await v.go(`${v.product}/${{ fi: "historia", sv: "historik", en: "history" }[v.lang]}`); await v.page.locator("main details summary").first().click(); }],
  ["staff, draft of a product to come", async (v) => {
    await v.go(`${staff_page(v.lang, "products")}/${to_be_closed(v.lang).code}`);
    const before = v.page.url();
    await v.page.locator(".product-acts form:has([name=once]) button").click();
    await v.page.waitForURL((url) => url.href !== before);
    await v.page.fill("#shown_from", "2037-12-01T09:00");
    await v.page.locator(".product-form .actions button").first().click();
    await v.page.waitForSelector("main > .notice-warning");
  }],
  ["staff, product to come", async (v) => { await v.page.locator(".product-acts form button").first().click(); await v.page.locator(".lead strong", { hasText: "2037" }).waitFor(); }],
  ["staff, times of a ticket with mistakes", async (v) => { await v.go(`${v.product}/${{ fi: "vaihtoehdot", sv: "varianter", en: "variants" }[v.lang]}`); await v.page.locator(".product-form button").first().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, time of a ticket", async (v) => { await follow(v, "tbody th a"); await v.page.waitForSelector("#pieces"); }],
  ["staff, stock with mistakes", async (v) => { await v.page.locator("form:has(#pieces) button").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, time of a ticket called off", async (v) => { await v.go(`${staff}${{ fi: "/fi/vaihtoehto/", sv: "/sv/variant/", en: "/en/variant/" }[v.lang]}${call_off()}`); await v.page.waitForSelector(".notice-warning"); }],
  ["staff, preview that is over", (v) => v.go(`${staff_page(v.lang, "preview")}/${"0".repeat(26)}`)],
  ["staff, report by day", (v) => v.go(staff_page(v.lang, "reports"))],
  ["staff, report by product", async (v) => { await v.page.locator(".choices a", { hasText: { fi: "Tuote", sv: "Produkt", en: "Product" }[v.lang] }).first().click(); await v.page.waitForURL(/by=product/); await v.page.waitForSelector(".table-figures"); }],
  ["staff, report with a filter", async (v) => { await v.page.locator(".table tbody a").first().click(); await v.page.waitForURL(/product=/); }],
  ["staff, report with a mistake", (v) => v.go(staff_page(v.lang, "reports") + "?from=2026-03-02&to=2026-03-01")],
  ["staff, vouchers", (v) => v.go(staff_page(v.lang, "vouchers"))],
  ["staff, voucher", async (v) => { await v.page.locator(".table tbody a").first().click(); await v.page.waitForSelector("h1 + .lead"); }],
  ["staff, settlements", async (v) => { sql("INSERT IGNORE INTO settlements (id, reference, created_utc, received_utc) VALUES (990001, '1232', UTC_TIMESTAMP(3) - INTERVAL 1 DAY, UTC_TIMESTAMP(3)), (990002, '9187445', UTC_TIMESTAMP(3), NULL); INSERT IGNORE INTO settlement_rows VALUES (990001, 1, 'payment', '9a28debe-85b7-47b2-859d-ed870d5ac225', 'nobody-made-it', '1232', 1200); INSERT IGNORE INTO settlement_differences (settlement_id, number, what, transaction_id, their_cents, found_utc, explained_by, explained_utc, explained_words) VALUES (990001, 1, 'payment_missing_here', '9a28debe-85b7-47b2-859d-ed870d5ac225', 1200, UTC_TIMESTAMP(3), NULL, NULL, ''), (0, 990001, 'payment_missing_there', 'b1c1f0de-85b7-47b2-859d-ed870d5ac225', NULL, UTC_TIMESTAMP(3), 1, UTC_TIMESTAMP(3), 'Sovittu palvelun kanssa')"); await v.go(staff_page(v.lang, "settlements")); }],
  ["staff, kept receipts", async (v) => { sql("INSERT IGNORE INTO receipt_series (year, last_no, anchor_hash, head_hash) VALUES (2015, 1234, REPEAT(CHAR(0), 32), REPEAT(CHAR(0), 32)), (2016, 1500, REPEAT(CHAR(0), 32), REPEAT(CHAR(0), 32)); INSERT IGNORE INTO receipt_destructions VALUES (2015, 1, UTC_TIMESTAMP(3), 'x', 1234, UTC_TIMESTAMP(3))"); await v.go(staff_page(v.lang, "receipts")); }],
  ["staff, kept receipts with a mistake", async (v) => { await v.page.locator("main form button").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, session edited", (v) => v.go(session_of_courses(v.lang, variant(robots)) + { fi: "/muokkaa", sv: "/redigera", en: "/edit" }[v.lang])],
  ["staff, session edited with mistakes", async (v) => { await v.page.fill("#seats", "0"); await v.page.fill("#place_sv", ""); await send_main(v); await v.page.waitForSelector("#errors"); }],
  ["staff, new sessions", (v) => v.go(staff_page(v.lang, "new_sessions") + one(`SELECT p.code FROM products p JOIN variants v ON v.product_id = p.id WHERE v.code = '${robots}'`))],
  ["staff, new sessions with mistakes", async (v) => { await send_main(v); await v.page.waitForSelector("#errors"); }],
  ["staff, season", (v) => v.go(staff_page(v.lang, "season"))],
  ["staff, season with mistakes", async (v) => { await send_main(v); await v.page.waitForSelector("#errors"); }],
  ["staff, forms", (v) => v.go(staff_page(v.lang, "forms"))],
  ["staff, forms with mistakes", async (v) => { await send_main(v); await v.page.waitForSelector("#errors"); }],
  ["staff, form", (v) => v.go(staff_page(v.lang, "forms") + "/" + form_of(robots))],
  ["staff, form's preview", async (v) => { await v.page.locator("main .actions .button-secondary").first().click(); await v.page.waitForSelector("fieldset"); }],
  ["staff, question", (v) => v.go(staff_page(v.lang, "questions") + form_of(robots) + ".diet")],
  ["staff, question with mistakes", async (v) => { await v.page.fill("#label_sv", ""); await v.page.fill("#choices_en", "x"); await send_main(v); await v.page.waitForSelector("#errors"); }],
  ["staff, close sales with mistakes", async (v) => { await v.go(staff_page(v.lang, "closures")); await v.page.locator("main .button-danger").first().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, sales closed", async (v) => { await v.page.fill("#product", to_be_closed(v.lang).code); await v.page.locator("main .button-danger").first().click(); await v.page.locator(".sessions li", { hasText: to_be_closed(v.lang).name }).waitFor(); }],
  ["product, sale closed", async (v) => {
    for (let tries = 0; tries < 20 && (tries === 0 || await v.page.locator("main .notice-warning").count() === 0); ++tries) { await v.go(to_be_closed(v.lang).path); if (await v.page.locator("main .notice-warning").count() === 0) await v.page.waitForTimeout(500); }
    await v.page.locator("main .notice-warning").waitFor();
  }],
  ["staff, sales reopened", async (v) => { await v.go(staff_page(v.lang, "closures")); const line = v.page.locator(".sessions li", { hasText: to_be_closed(v.lang).name }); await line.locator("button").click(); await line.waitFor({ state: "detached" }); }],
  ["staff, new campaign", async (v) => { await v.go(staff_page(v.lang, "discounts") + "/campaign"); }],
  ["staff, campaign with mistakes", async (v) => { await v.page.fill("#name_fi", summer_sale(v.lang).name_fi); await send_main(v); await v.page.waitForSelector("#errors"); }],
  ["staff, campaign's preview", async (v) => {
    for (const [field, value] of Object.entries({ ...summer_sale(v.lang), percent: "20", product: to_be_closed(v.lang).code, from: new Intl.DateTimeFormat("fi", { timeZone: "Europe/Helsinki" }).format(new Date()), until: "31.8.2036" })) await v.page.fill(`#${field}`, value);
    await v.page.selectOption("#scope", "product:");
    await v.page.locator("[name=preview]").click();
    await v.page.waitForSelector("main .notice");
  }],
  ["product, reduced", async (v) => {
    sql("UPDATE price_days SET from_day = '2026-01-01'");  // what was not sold before the campaign has no earlier price
    await Promise.all([v.page.waitForURL(staff_page(v.lang, "discounts")), v.page.locator(".form-below .actions button").first().click()]);
    for (let tries = 0; tries < 40; ++tries) { await v.go(to_be_closed(v.lang).path); if (await v.page.locator(".price s").count() > 0) break; await v.page.waitForTimeout(500); }
    await v.page.locator(".price s").waitFor();
  }],
  ["staff, new discount code", async (v) => { await v.go(staff_page(v.lang, "discounts") + "/code"); }],
  ["staff, discounts", async (v) => { await v.go(staff_page(v.lang, "discounts")); }],
  ["staff, campaign", async (v) => { await v.page.locator("main tbody a", { hasText: summer_sale(v.lang)[`name_${v.lang}`] }).first().click(); await v.page.waitForSelector("#more"); }],
  ["staff, campaign ended", async (v) => { await v.page.locator("main .button-danger").click(); await v.page.waitForURL(staff_page(v.lang, "discounts")); }],
  ["staff, campaign's history", async (v) => {
    await v.page.locator("main tbody a", { hasText: summer_sale(v.lang)[`name_${v.lang}`] }).first().click();
    await v.page.locator("section:has(#history) summary").first().click();
    await v.page.locator("section:has(#history) td").first().waitFor();
  }],
  ["staff, catalogue files", (v) => v.go(staff_page(v.lang, "catalogue_files"))],
  ["staff, catalogue files with a mistake", async (v) => { await v.page.locator("form[enctype] button").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, long work", async (v) => { await v.go(long_work(v)); await v.page.waitForSelector("[data-job]"); }],
  ["staff, long work done", async (v) => { await v.go(staff_page(v.lang, "catalogue_files")); await v.page.locator("main form button").first().click(); await v.page.waitForSelector("a[download]"); }],
  ["staff, catalogue plan", async (v) => {
    const [archive] = await Promise.all([v.page.waitForEvent("download"), v.page.locator("a[download]").click()]);
    await v.go(staff_page(v.lang, "catalogue_files"));
    await v.page.setInputFiles("#archive", { name: "catalogue.zip", mimeType: "application/zip", buffer: fs.readFileSync(await archive.path()) });
    sql(`UPDATE products SET sort_order = sort_order + 1 WHERE code = '${to_be_closed(v.lang).code}'`);
    await v.page.locator("form[enctype] button").click();
    await v.page.waitForSelector("input[name=seen]", { state: "attached" });
    sql(`UPDATE products SET sort_order = sort_order - 1 WHERE code = '${to_be_closed(v.lang).code}'`);
  }],
  ["staff, catalogue files with long work", async (v) => { await v.go(staff_page(v.lang, "catalogue_files")); await v.page.waitForSelector("#long-work"); }],
  ["staff, report of a long time", (v) => v.go(staff_page(v.lang, "reports") + "?from=2026-01-01&to=2026-12-31&by=month")],
  ["staff, settings", (v) => v.go(staff_page(v.lang, "settings"))],
  ["staff, people", async (v) => { await confirm_anew(v); await v.go(staff_page(v.lang, "people")); }],
  ["staff, invitation with mistakes", async (v) => { await v.go(staff_page(v.lang, "invitation")); await v.page.locator("main button[type=submit]").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, link", (v) => invite_somebody(v)],
  ["staff, person", async (v) => { await v.page.locator("main .actions a").click(); await v.page.waitForSelector("#group"); }],
  ["staff, own group with mistakes", async (v) => { await v.go(staff_page(v.lang, "new_group")); await v.page.locator("main button[type=submit]").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, groups", async (v) => {
    for (const lang of langs) await v.page.fill(`#name_${lang}`, `Lippumyymälä ${v.lang} ${lang}`);
    await v.page.check("input[value=tickets_check]");
    await Promise.all([v.page.waitForURL(staff_page(v.lang, "groups")), v.page.locator("main button[type=submit]").click()]);
  }],
  ["staff, own group", async (v) => { await v.page.locator(".group-card .actions a").last().click(); await v.page.waitForSelector("#rights"); }],
  ["staff, approvals", (v) => v.go(staff_page(v.lang, "approvals"))],
  ["staff, maintenance with mistakes", async (v) => { await v.go(staff_page(v.lang, "vendor")); await v.page.locator("main button[type=submit]").first().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, maintenance", async (v) => { await v.page.fill("#hours", "2"); await v.page.fill("#reason", "17"); await v.page.locator("main button[type=submit]").first().click(); await v.page.waitForSelector(".sessions li"); }],
  ["staff, keys", (v) => v.go(staff_page(v.lang, "keys"))],
  ["staff, keys with a mistake", async (v) => { await v.page.locator("form[action$='/ryhma'] button, form[action$='/grupp'] button, form[action$='/group'] button").first().click(); await v.page.waitForSelector("#errors"); }],
  ["staff, use log", (v) => v.go(staff_page(v.lang, "log"))],
  ["staff, use log checked", async (v) => { await v.page.locator("main form button[type=submit]").first().click(); await v.page.waitForSelector(".notice"); }],
  ["staff, logged out", (v) => log_out(v)],
  ["staff, participants' sessions", async (v) => { const login = { fi: "lauri.kirjasto", sv: "lotta.kirjasto", en: "lauri.kirjasto" }[v.lang]; hold(login, variant(robots)); await be(v, login); await v.go(participants(v.lang)); }],
  ["staff, participants", (v) => v.go(participants(v.lang, variant(robots)))],
  ["staff, participants with a mistake", async (v) => { await v.page.locator("form:has(input[name=purpose]) button").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, health answers", async (v) => { await v.page.locator("input[name=purpose]").first().check(); await v.page.locator("form:has(input[name=purpose]) button").click(); await v.page.waitForSelector(".group-card"); }],
  ["staff, emergency", async (v) => { await v.page.locator(".back").click(); await v.page.locator(".participant .button-danger").first().click(); await v.page.waitForSelector(".emergency"); }],
  ["staff, kitchen", async (v) => { await v.page.locator(".back").click(); await v.page.locator("form[action$=ruoka] button, form[action$=mat] button, form[action$=kitchen] button").click(); await v.page.waitForSelector(".table"); }],
  ["staff, session not open", async (v) => { hold("lauri.kirjasto", variant("morning-3")); hold("lotta.kirjasto", variant("morning-3")); await v.go(participants(v.lang, variant("morning-3"))); }],
  ["staff, logged out from participants", (v) => log_out(v)],
  ["staff, login with mistakes", async (v) => { await v.page.locator("main button[type=submit]").click(); await v.page.waitForSelector("#errors"); }],
  ["staff, login", (v) => v.go(staff_page(v.lang, "login"))],
  ["staff, not found", (v) => { v.expect(/404/); return v.go(`${staff}/${v.lang}/${{ fi: "tunnus", sv: "konto", en: "enrol" }[v.lang]}/${"0".repeat(26)}`); }],
];
