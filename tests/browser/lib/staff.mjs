// The staff's pages: somebody who is invited, sets up the account, and logs in. Codes are made here from RFC 6238's text.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import path from "node:path";
import { instance, tree } from "./shop.mjs";

export const staff = instance.staff.replace(/\/$/, "");
export const password = "sininen ovi aukeaa hitaasti";
const paths = { login: { fi: "/fi/kirjaudu", sv: "/sv/logga-in", en: "/en/login" }, account: { fi: "/fi/oma-tili", sv: "/sv/mitt-konto", en: "/en/account" } };
export const staff_page = (lang, page) => staff + paths[page][lang];

let people = 0;
export function invite(lang) {
  const login = `person-${lang}-${process.pid}-${++people}`;
  const link = execFileSync(path.join(tree, "deploy/staff"), ["--dir", instance.dir, "add", login, "--name", "Liisa Åkerman", "--email", "liisa@example.com", "--lang", lang], { encoding: "utf8" }).trim();
  return { login, link };
}

function from_base32(text) {
  const bits = [...text].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

// The code of now and some half minutes.
export function code(secret, steps = 0) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const hash = createHmac("sha1", from_base32(secret)).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

export async function open_enrolment(v) {
  v.person = invite(v.lang);
  await v.go(v.person.link);
  v.person.secret = (await v.page.locator(".secret code").textContent()).replaceAll(" ", "");
}

const send = (v, wanted) => Promise.all([v.page.waitForURL(wanted), v.page.locator("main button[type=submit]").first().click()]);

export async function enrol(v) {
  await v.page.fill("#password", password);
  await v.page.fill("#again", password);
  await v.page.fill("#code", code(v.person.secret));
  await send(v, staff_page(v.lang, "login") + "?new=1");
}

// With the code after this one: each works once, and a half minute may end at any moment.
export async function log_in(v) {
  await v.page.fill("#login", v.person.login);
  await v.page.fill("#password", password);
  await v.page.fill("#code", code(v.person.secret, 1));
  await send(v, staff_page(v.lang, "account"));
}

export async function log_out(v) {
  await send(v, staff_page(v.lang, "login") + "?out=1");
}
