// What happens seldom: pages for when something is wrong. Order states and changes of the catalogue that would take long to
// come by themselves are made in the database by its administrator; program and stack tests bring them about for real.
import path from "node:path";
import { add, order, pay, state_is, to_review } from "./buy.mjs";
import { at, instance, origin, sandbox, sql } from "./shop.mjs";

// A page of nginx's for an error, as the renderer wrote it; nginx gives it to nobody by its address.
export async function error_page(v, code) {
  const address = `${origin}/${v.lang}/error-${code}`;
  await v.page.route(address, (route) => route.fulfill({ path: path.join(instance.dir, "www/current", v.lang, "virhe", `${code}.html`), contentType: "text/html; charset=utf-8" }));
  await v.go(address);
}

// A form whose token is not the visitor's own.
export async function refused_form(v) {
  v.expect(/403/);
  await add(v, "souvenir");
  await v.go(at(v.lang, "cart"));
  await v.page.locator("#cart > input[name=form]").evaluate((field) => { field.value = "x"; });
  await v.page.locator(".cart-update button").click();
  await v.page.waitForSelector(".message");
}

// The review of a cart that another tab has ordered since, with one piece more.
export async function used_form(v) {
  v.expect(/409/);
  await add(v, "goods");
  await to_review(v, { delivery: "post" });
  const tab = await v.tab();
  await add(v, "goods");
  await to_review(v, { delivery: "post" });
  await order(v);
  await pay(v, "cancel");
  v.unpaid = v.page.url();
  await v.page.close();
  v.page = tab;
  await v.page.check("#terms");
  await v.page.check("#age");
  await v.page.locator(".button-order").click();
  await v.page.waitForSelector(".message");
}

// The souvenir of this language, which no other test buys.
const souvenir = (v, change) => sql(change.replace("SLUG", `SELECT product_id FROM product_texts WHERE lang = '${v.lang}' AND slug = '${v.souvenir}'`));

export async function cart_price_changed(v) {
  const page = await add(v, "souvenir");
  v.souvenir = new URL(page.url()).pathname.split("/").pop();
  souvenir(v, "UPDATE prices SET cents = cents + 100 WHERE product_id = (SLUG)");
  await v.go(at(v.lang, "cart"));
  await page.waitForSelector(".line-change");
}

export async function cart_sold_out(v) {
  souvenir(v, "UPDATE stock SET free = 0 WHERE variant_id IN (SELECT id FROM variants WHERE product_id = (SLUG))");
  await v.go(at(v.lang, "cart"));
  await v.page.waitForSelector(".line .wrong");
}

export async function cart_as_before(v) {
  souvenir(v, "UPDATE prices SET cents = cents - 100 WHERE product_id = (SLUG)");
  souvenir(v, "UPDATE stock SET free = capacity WHERE variant_id IN (SELECT id FROM variants WHERE product_id = (SLUG))");
  await v.go(at(v.lang, "cart"));
  await v.page.locator("button[name=remove]").first().click();
  await v.page.waitForLoadState();
}

const token = (v) => v.unpaid.split("/").pop();
const attempts = (v, change) => sql(`UPDATE payment_attempts SET ${change} WHERE order_id = (SELECT id FROM orders WHERE token = '${token(v)}') ORDER BY id DESC LIMIT 1`);

// The payment service fails at this order's next payment.
export async function payment_unavailable(v) {
  v.expect(/503/);
  await v.go(v.unpaid);
  const reference = (await v.page.locator(".order-facts dd").last().innerText()).replace(/\s/g, "");
  const rule = await fetch(sandbox + "/_control/faults", { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ at: "create", do: { status: 500 }, match: { reference } }) });
  if (!rule.ok) throw new Error(await rule.text());
  await v.go(at(v.lang, "pay") + token(v));
  await v.page.waitForSelector(".case");
}

// The page that leads to the payment service, which does not come: 204 leaves a browser where it is.
export async function payment_start(v) {
  await v.page.route(sandbox + "/**", (route) => route.fulfill({ status: 204 }));
  await v.go(at(v.lang, "pay") + token(v));
  await v.page.waitForSelector("a[rel=noreferrer]");
}

// Another tab is just asking the payment service.
export async function payment_wait(v) {
  await v.page.unroute(sandbox + "/**");
  attempts(v, "state = 'creating', href = NULL, created_utc = UTC_TIMESTAMP(3)");
  const address = origin + at(v.lang, "pay") + token(v);
  let asked = 0;
  await v.page.route(address, (route) => (asked++ === 0 ? route.continue() : route.fulfill({ status: 204 })));
  await v.go(address);
}

export async function payment_not_believed(v) {
  v.expect(/400/);
  await (await v.tab()).close();  // the page before asks again and again, and would cross this
  await v.go(`${at(v.lang, "pay")}${{ fi: "paluu", sv: "retur", en: "return" }[v.lang]}/${"0".repeat(26)}?checkout-status=ok`);
}

export async function order_expired(v) {
  attempts(v, "state = 'fail'");
  sql(`UPDATE orders SET hold_until_utc = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE WHERE token = '${token(v)}'`);
  await v.go(v.unpaid);
  await state_is(v, "expired");
}

// The order as `state`, its last payment as `outcome`.
export async function order_as(v, state, outcome, title) {
  attempts(v, `state = 'ok', outcome = '${outcome}'`);
  sql(`UPDATE orders SET state = '${state}' WHERE token = '${token(v)}'`);
  await v.go(v.unpaid);
  await state_is(v, title);
}
