// The shop under test, a browser for it, and pages that watch what must never happen: an error on the console, a
// script's failure, a request to anyone but the shop and the payment sandbox, a broken content security policy.
import os from "node:os";
import { execFileSync } from "node:child_process";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const folder = path.dirname(fileURLToPath(import.meta.url));
export const tree = path.resolve(folder, "../../..");

const file = process.env.KK_INSTANCE;
if (!file) throw new Error("KK_INSTANCE names the instance.json of a shop with a sandbox (`run` sets it)");
export const instance = JSON.parse(fs.readFileSync(file, "utf8"));

// As the database's administrator.
export function sql(statement) {
  execFileSync("mariadb", ["--no-defaults", `--socket=${instance.dir}/run/db.sock`, `--user=${os.userInfo().username}`, "kuntakauppa"], { input: statement });
}
export const origin = instance.public_url;
export const sandbox = instance.sandbox.replace(/\/$/, "");

export const langs = ["fi", "sv", "en"];
export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 900 };

// site/text: addresses of pages, and words that tests need not repeat.
const texts = {};
export function say(lang, key, values = {}) {
  const [area, name] = key.split(".");
  texts[lang + area] ??= Object.fromEntries(
    [...fs.readFileSync(path.join(tree, "site/text", lang, area + ".toml"), "utf8").matchAll(/^(\w+) = "(.*)"$/gm)].map((m) => [m[1], m[2].replaceAll('\\"', '"')]));
  const text = texts[lang + area][name];
  assert.ok(text !== undefined, `no text ${key}`);
  return text.replace(/{{(\w+)}}/g, (_, name) => values[name] ?? "");
}

// The addresses that are no texts.
const paths = {
  details: { fi: "/fi/kassa/tiedot", sv: "/sv/kassan/uppgifter", en: "/en/checkout/details" },
  review: { fi: "/fi/kassa/vahvistus", sv: "/sv/kassan/granska", en: "/en/checkout/review" },
  product: { fi: "/fi/tuote/", sv: "/sv/produkt/", en: "/en/product/" },
  order: { fi: "/fi/tilaus/", sv: "/sv/bestallning/", en: "/en/order/" },
  pay: { fi: "/fi/maksu/", sv: "/sv/betalning/", en: "/en/payment/" },
  recordings: { fi: "/fi/tietosuojaseloste-puhelutallenteet", sv: "/sv/dataskyddsbeskrivning-samtalsinspelningar", en: "/en/privacy-notice-recordings" },
  receipt: { fi: "kuitti", sv: "kvitto", en: "receipt" },
};
export function at(lang, page) {
  return paths[page]?.[lang] ?? say(lang, "common.path_" + page);
}

let browser;  // a promise: visitors who come at once share it
export function launch() {
  browser ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  return browser;
}
export async function close() {
  await (await browser)?.close();
  browser = undefined;
}

// A visitor: a browser context of its own. `script: false` turns JavaScript off.
export class Visitor {
  static async open({ lang = "fi", script = true, size = desktop, ...more } = {}) {
    const context = await (await launch()).newContext({ javaScriptEnabled: script, viewport: size, locale: `${lang}-FI`, baseURL: origin, ...more });
    context.setDefaultTimeout(60000);
    const out = new Visitor();
    Object.assign(out, { lang, script, size, context, troubles: [], expected: [] });
    await out.tab();
    return out;
  }

  // Goes on in another tab; gives the one before.
  async tab() {
    const before = this.page;
    this.page = await this.context.newPage();
    this.watch(this.page);
    return before;
  }

  // What would otherwise be a trouble: e.g. the browser's own note of a 404.
  expect(pattern) {
    this.expected.push(pattern);
  }

  watch(page) {
    const trouble = (text) => this.troubles.push(text);
    const icon = sandbox + "/favicon.ico";  // which the stand-in doesn't have
    page.on("console", (m) => m.location().url !== icon && ["error", "warning"].includes(m.type()) ? trouble(`console ${m.type()}: ${m.text()} (${page.url()})`) : 0);
    page.on("pageerror", (e) => trouble(`script failed: ${e.message} (${page.url()})`));
    page.on("request", (r) => {
      const from = new URL(r.url()).origin;
      if (![origin, sandbox, instance.staff].some((ours) => from === new URL(ours).origin) && !r.url().startsWith("data:")) trouble(`request to a third party: ${r.url()}`);
    });
    page.on("response", (r) => r.status() >= 400 && r.url() !== icon ? trouble(`${r.status()} ${r.url()}`) : 0);
    page.on("requestfailed", (r) => r.failure()?.errorText === "net::ERR_ABORTED" ? 0 : trouble(`failed: ${r.url()} ${r.failure()?.errorText}`));
  }

  async go(address) {
    await this.page.goto(address.startsWith("http") ? address : origin + address, { waitUntil: "load" });
    return this.page;
  }

  // Ends the visit; says what went wrong on the way.
  async leave() {
    const left = this.troubles.filter((t) => !this.expected.some((e) => e.test(t)));
    await this.context.close();
    assert.deepEqual(left, [], "nothing goes wrong on the way");
  }
}

export async function visit(options, work) {
  const visitor = await Visitor.open(options);
  let done = false;
  try {
    const out = await work(visitor);
    done = true;
    return out;
  } catch (error) {
    await picture(visitor.page, "failed");
    const where = `at ${visitor.page.url()}, "${await visitor.page.title().catch(() => "")}"`;
    throw new Error([error.message, where, ...visitor.troubles].join("\n  "), { cause: error });
  } finally {
    if (done) await visitor.leave();
    else await visitor.context.close();
  }
}

// A picture for people to look at, where KK_PICTURES names a folder.
let pictures = 0;
export async function picture(page, name) {
  if (!process.env.KK_PICTURES) return;
  fs.mkdirSync(process.env.KK_PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(process.env.KK_PICTURES, `${name}${name === "failed" ? `-${process.pid}-${++pictures}` : ""}.png`), fullPage: true }).catch(() => {});
}
