// Goal: a shop manager makes a product in a real browser, looks at it before, gives it a picture, publishes it, and it is on sale ten seconds later in three languages, or only from a
// time that is chosen; without script as with it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import zlib from "node:zlib";
import { close, langs, origin, say, visit } from "./lib/shop.mjs";
import { enrol, log_in, open_enrolment, put_in, staff_page } from "./lib/staff.mjs";

after(close);

const crcs = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; ++k) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
const crc = (bytes) => (bytes.reduce((c, byte) => crcs[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
// A grey picture (PNG, third edition, W3C).
function png(width, height) {
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  const rows = Buffer.alloc((width + 1) * height, 180);
  for (let y = 0; y < height; ++y) rows[y * (width + 1)] = 0;
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", zlib.deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

// The page of the site, as soon as it is there with these words: the seconds that it took.
async function live(path, words) {
  const begun = Date.now();
  while (Date.now() - begun < 30_000) {
    const answer = await fetch(origin.replace(/\/$/, "") + path);
    if (answer.status === 200 && (await answer.text()).includes(words)) return (Date.now() - begun) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${path} hasn't "${words}" after ten seconds`);
}

async function gone(path) {
  const begun = Date.now();
  while (Date.now() - begun < 10_000) {
    if ((await fetch(origin.replace(/\/$/, "") + path)).status === 404) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${path} is still there after ten seconds`);
}

async function make(v, name) {
  await v.go(staff_page(v.lang, "new_product") + "?kind=goods");
  for (const lang of langs) {
    await v.page.fill(`#name_${lang}`, `${name} ${lang}`);
    await v.page.fill(`#summary_${lang}`, `${name}, lyhyesti ${lang}`);
    await v.page.fill(`#description_${lang}`, `### ${name}\n\nKäsintehty.`);
  }
  await v.page.selectOption("#category", { index: 1 });
  await v.page.selectOption("#unit", { index: 1 });
  await v.page.selectOption("#vat", "standard");
  await v.page.selectOption("#withdrawal", "goods_14d");
  for (const [id, value] of [["cost_centre", "4100"], ["ledger_account", "3000"], ["max_per_order", "5"], ["stock", "7"], ["price_everyone", v.lang === "en" ? "12.50" : "12,50"]]) await v.page.fill(`#${id}`, value);
  await v.page.locator("#delivery input").first().check();
}

for (const [lang, script] of [["fi", true], ["sv", false], ["en", true]]) {
  test(`a product is made, seen before, pictured and on sale within ten seconds in ${lang}${script ? "" : ", without script"}`, () => visit({ lang, script }, async (v) => {
    await open_enrolment(v);
    await enrol(v);
    await log_in(v);
    put_in(v, "shop_manager");
    const name = `Lautanen ${process.pid}`, slug = `lautanen-${process.pid}-`;
    await make(v, name);
    const [seen] = await Promise.all([v.context.waitForEvent("page"), v.page.locator("button[formaction]").click()]);
    await seen.locator(".preview-mark").waitFor({ timeout: 10_000 });
    assert.equal(await seen.locator("h1").innerText(), `${name} ${lang}`);
    assert.match(await seen.locator("main").innerText(), /12[.,]50/);
    await seen.close();
    await v.page.locator(".product-form .actions button").first().click();
    await v.page.waitForSelector(".notice-success");
    await v.page.setInputFiles("#picture", { name: "kuva.png", mimeType: "image/png", buffer: png(1800, 1350) });
    for (const one of langs) await v.page.fill(`#picture_alt_${one}`, `Harmaa lautanen ${one}`);
    await v.page.locator("form:has(#picture) button").click();
    await v.page.locator(".product-picture").waitFor();
    assert.equal(await v.page.locator(".product-picture").evaluate((image) => image.naturalWidth), 1600);
    await v.page.locator(".product-acts form button").first().click();
    await v.page.locator(".notice-success").getByText(say(lang, "products.saved_live")).waitFor();
    const paths = { fi: "/fi/tuote/", sv: "/sv/produkt/", en: "/en/product/" };
    const suffix = (one) => `${slug}${one}`;
    const seconds = [];
    for (const one of langs) {
      // The address is the first free one of the name.
      const address = await v.page.locator(".product-links a").first().getAttribute("href");
      const number = address.match(/-(?:fi|sv|en)(-\d+)?$/)[1] ?? "";
      seconds.push(await live(paths[one] + suffix(one) + number, `Harmaa lautanen ${one}`));
    }
    console.log(`on sale after ${seconds[0].toFixed(1)} s in ${lang}`);
    const shop = await v.page.locator(".product-links a").first().getAttribute("href");
    await v.page.fill("#shown_from", "2037-12-01T09:00");
    await v.page.locator(".product-form .actions button").first().click();
    await v.page.locator(".lead strong").getByText("2037").waitFor();
    await gone(new URL(shop).pathname);
    assert.equal(await v.page.locator(`.product-links a[href="${shop}"]`).count(), 0);
    await v.page.fill("#shown_from", "");
    await v.page.locator(".product-form .actions button").first().click();
    await v.page.locator(".notice-success").getByText(say(lang, "products.saved_live")).waitFor();
    await live(new URL(shop).pathname, `Harmaa lautanen ${lang}`);
    await v.go(shop);
    await v.page.locator("main form button[type=submit]").first().click();
    await v.page.waitForLoadState();
  }));
}
