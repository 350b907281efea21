// The steps of a purchase, as a visitor takes them: everything by the controls of the page.
import assert from "node:assert/strict";
import { at, sandbox, say } from "./shop.mjs";
import { new_address } from "./mail.mjs";

// Products of the sample city, one of each sort that checkout treats differently.
export const products = {
  goods: { fi: "vaakunakuppi", sv: "vapenkopp", en: "crest-cup" },                                                  // 22 euros, three delivery ways
  card: { fi: "orkesterin-kausikortti", sv: "orkesterns-sasongskort", en: "orchestra-season-card" },                // holder's name, 14 days
  ticket: { fi: "hiljainen-iltauinti", sv: "tyst-kvallssim", en: "quiet-evening-swim" },                            // dated, price groups
  free: { fi: "parajaakiekon-kokeilu", sv: "prova-pa-paraishockey", en: "try-para-ice-hockey" },                    // dated, 0 euros
  fee: { fi: "todistus-kaupungin-asiakirjasta", sv: "intyg-ur-stadens-handlingar", en: "certificate-of-official-records" },
  souvenir: { fi: "palapeli-kauppatori-1000-palaa", sv: "reflexer-3-st", en: "tea-towel-reeds" },                 // another one in each language
  camp: { fi: "paivaleiri-rannalla", sv: "daglager-pa-stranden", en: "day-camp-by-the-shore" },                    // an activity with sessions
  gift: { fi: "lahjakortti", sv: "presentkort", en: "gift-card" },                                                   // variants of fixed values
  last: { fi: "juliste-majakkaluoto", sv: "affisch-fyrgrundet", en: "poster-majakkaluoto" },                        // a variant with one piece
};

export async function open_product(v, name) {
  return v.go(at(v.lang, "product") + products[name][v.lang]);
}

// Chooses what is to be chosen (the last choice with `last`), and adds. Ends on the product's page.
export async function add(v, name, options) {
  await open_product(v, name);
  return add_this(v, options);
}

export async function add_this(v, { quantity = 1, last = false } = {}) {
  const { page } = v;
  for (const field of ["variant", "group"]) {
    const choices = page.locator(`main input[type=radio][name=${field}]:not([disabled])`);
    if (await choices.count()) await (last ? choices.last() : choices.first()).check();
  }
  if (quantity !== 1) await page.fill("#quantity", String(quantity));
  await page.locator("main form .button").click();
  await page.waitForURL(/#added$|\/(ostoskori|varukorg|cart)/);
  return page;
}

export const buyer = () => ({ first_name: "Maija-Liisa", last_name: "Östman", street_address: "Rantakatu 1 A 2", postal_code: "00100", town: "Helsinki", phone: "040 123 4567", email: new_address() });

export async function fill_details(v, person = buyer(), { delivery, begin = false } = {}) {
  for (const [field, value] of Object.entries(person)) await v.page.fill(`#${field}`, value);
  const groups = new Set(await v.page.locator("main input[type=radio]").evaluateAll((all) => all.map((i) => i.name)));
  for (const group of groups) {
    const wanted = v.page.locator(`input[name="${group}"][value="${delivery}"]`);
    await (await wanted.count() ? wanted : v.page.locator(`input[name="${group}"]`).first()).check();
  }
  for (const holder of await v.page.locator("input[name^=holder_]").all()) await holder.fill("Eero Öljynen");
  if (begin) for (const tick of await v.page.locator("input[name^=begin_]").all()) await tick.check();
  return person;
}

export async function submit(v, pattern) {
  await v.page.locator("form.main-column button[type=submit]").click();
  await v.page.waitForURL(pattern);
}

export async function to_details(v) {
  await v.go(at(v.lang, "cart"));
  await v.page.locator("button[name=go_on]").click();
  await v.page.waitForURL("**" + at(v.lang, "details"));
}

// From the cart to the review; gives the buyer.
export async function to_review(v, options = {}) {
  await to_details(v);
  const person = await fill_details(v, options.person, options);
  await submit(v, "**" + at(v.lang, "review"));
  return person;
}

// Ticks and orders; the payment service's page follows by itself (or, for a free order, the order's page).
export async function order(v) {
  await v.page.check("#terms");
  await v.page.check("#age");
  await v.page.locator(".button-order").click();
  await v.page.waitForURL((url) => url.origin === new URL(sandbox).origin || url.pathname.startsWith(at(v.lang, "order")));
}

// On the payment service's page: approve, cancel or leave pending with its first method.
export async function pay(v, outcome = "approve") {
  await v.page.locator("button.method").first().click();
  await v.page.locator(`form:has(input[name=outcome][value=${outcome}]) button`).first().click();
  await v.page.waitForURL((url) => url.pathname.startsWith(at(v.lang, "order")));
}

export async function buy(v, name, options = {}) {
  await add(v, name, options);
  const person = await to_review(v, options);
  await order(v);
  if (new URL(v.page.url()).origin === new URL(sandbox).origin) await pay(v, options.outcome);
  return { person, url: v.page.url() };
}

// The order's page has got this state (texts order.<state>_title); waits, reloading, since the page may still be under way.
export async function state_is(v, state, seconds = 20) {
  const title = say(v.lang, `order.${state}_title`);
  let shown;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await v.page.waitForTimeout(500).then(() => v.page.reload())) {
    shown = await v.page.locator("h1").innerText();
    if (shown === title) return;
  }
  assert.equal(shown, title);
}
