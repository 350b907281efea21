// The staff's pages: somebody who is invited, sets up the account, and logs in. Codes are made here from RFC 6238's text.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import path from "node:path";
import { instance, sql, tree } from "./shop.mjs";

export const staff = instance.staff.replace(/\/$/, "");
export const password = "sininen ovi aukeaa hitaasti";
const paths = { desk: { fi: "/fi/tyopoyta", sv: "/sv/arbetsbord", en: "/en/desk" }, people: { fi: "/fi/henkilot", sv: "/sv/personer", en: "/en/people" }, invitation: { fi: "/fi/kutsu", sv: "/sv/inbjudan", en: "/en/invitation" },
  new_order: { fi: "/fi/uusi-tilaus", sv: "/sv/ny-bestallning", en: "/en/new-order" },
  orders: { fi: "/fi/tilaukset", sv: "/sv/bestallningar", en: "/en/orders" }, alerts: { fi: "/fi/halytykset", sv: "/sv/larm", en: "/en/alerts" }, deliveries: { fi: "/fi/toimitukset", sv: "/sv/leveranser", en: "/en/deliveries" },
  gift_cards: { fi: "/fi/lahjakortit", sv: "/sv/presentkort", en: "/en/gift-cards" },
  refunds: { fi: "/fi/hyvitykset", sv: "/sv/aterbetalningar", en: "/en/refunds" }, to_approve: { fi: "/fi/hyvaksyttavat-hyvitykset", sv: "/sv/aterbetalningar-att-godkanna", en: "/en/refunds-to-approve" },
  tickets: { fi: "/fi/lipputarkastus", sv: "/sv/biljettkontroll", en: "/en/ticket-check" }, gates: { fi: "/fi/portit", sv: "/sv/portar", en: "/en/gates" },
  products: { fi: "/fi/tuotteet", sv: "/sv/produkter", en: "/en/products" }, new_product: { fi: "/fi/uusi-tuote", sv: "/sv/ny-produkt", en: "/en/new-product" }, preview: { fi: "/fi/esikatselu", sv: "/sv/forhandsvisning", en: "/en/preview" },
  activities: { fi: "/fi/kurssit", sv: "/sv/kurser", en: "/en/activities" }, new_group: { fi: "/fi/uusi-ryhma", sv: "/sv/ny-grupp", en: "/en/new-group" }, groups: { fi: "/fi/ryhmat", sv: "/sv/grupper", en: "/en/groups" }, approvals: { fi: "/fi/hyvaksynnat", sv: "/sv/godkannanden", en: "/en/approvals" }, vendor: { fi: "/fi/yllapito", sv: "/sv/underhall", en: "/en/maintenance" },
  reports: { fi: "/fi/raportit", sv: "/sv/rapporter", en: "/en/reports" }, vouchers: { fi: "/fi/tositteet", sv: "/sv/verifikationer", en: "/en/vouchers" }, settlements: { fi: "/fi/tilitykset", sv: "/sv/redovisningar", en: "/en/settlements" }, receipts: { fi: "/fi/kuittien-sailytys", sv: "/sv/forvaring-av-kvitton", en: "/en/kept-receipts" },
  log: { fi: "/fi/kayttoloki", sv: "/sv/anvandningslogg", en: "/en/use-log" }, keys: { fi: "/fi/avaimet", sv: "/sv/nycklar", en: "/en/keys" }, password: { fi: "/fi/salasana", sv: "/sv/losenord", en: "/en/password" }, authenticator: { fi: "/fi/todennussovellus", sv: "/sv/autentiseringsapp", en: "/en/authenticator" }, confirm: { fi: "/fi/vahvista", sv: "/sv/bekrafta", en: "/en/confirm" },
  discounts: { fi: "/fi/alennukset", sv: "/sv/rabatter", en: "/en/discounts" },
  settings: { fi: "/fi/asetukset", sv: "/sv/installningar", en: "/en/settings" }, catalogue_files: { fi: "/fi/luettelon-tiedostot", sv: "/sv/katalogens-filer", en: "/en/catalogue-files" }, closures: { fi: "/fi/myynnin-sulku", sv: "/sv/stang-forsaljning", en: "/en/close-sales" }, season: { fi: "/fi/kauden-kopiointi", sv: "/sv/kopiera-sasong", en: "/en/copy-season" },
  new_sessions: { fi: "/fi/uudet-ryhmat/", sv: "/sv/nya-grupper/", en: "/en/new-sessions/" }, forms: { fi: "/fi/lomakkeet", sv: "/sv/blanketter", en: "/en/forms" }, questions: { fi: "/fi/kysymykset/", sv: "/sv/fragor/", en: "/en/questions/" },
  login: { fi: "/fi/kirjaudu", sv: "/sv/logga-in", en: "/en/login" }, account: { fi: "/fi/oma-tili", sv: "/sv/mitt-konto", en: "/en/account" } };
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

// The recovery codes have been shown: ten, and the way to the login.
export async function to_login_from_codes(v) {
  await v.page.waitForSelector(".codes");
  v.person.codes = await v.page.locator(".codes code").allTextContents();
  await Promise.all([v.page.waitForURL(staff_page(v.lang, "login")), v.page.locator("main .actions a").click()]);
}

export async function send_enrolment(v) {
  await v.page.fill("#password", password);
  await v.page.fill("#again", password);
  await v.page.fill("#code", code(v.person.secret));
  await v.page.locator("main button[type=submit]").first().click();
  await v.page.waitForSelector(".codes");
}

export async function enrol(v) {
  await send_enrolment(v);
  await to_login_from_codes(v);
}

// With the code after this one: each works once, and a half minute may end at any moment.
export async function log_in(v) {
  await v.page.fill("#login", v.person.login);
  await v.page.fill("#password", password);
  await v.page.fill("#code", code(v.person.secret, 1));
  await send(v, staff_page(v.lang, "desk"));
}

// What matters most asks for a code of the last five minutes.
export async function confirm_anew(v) {
  await v.go(staff_page(v.lang, "confirm"));
  await v.page.fill("#code", code(v.person.secret));
  await send(v, (url) => url.href !== staff_page(v.lang, "confirm"));
}

// More groups, as the database's administrator would give them.
export function put_in(v, ...groups) {
  for (const group of groups) {
    sql(`INSERT INTO staff_memberships (staff_id, group_id, scope_kind, scope_id, given_utc) SELECT s.id, g.id, 'shop', '', UTC_TIMESTAMP(3) FROM staff s, staff_groups g WHERE s.login = '${v.person.login}' AND g.code = '${group}'`);
  }
}

// What the register's responsible person would do.
export function approve(v) {
  sql(`INSERT INTO staff_register_approvals (membership_id, register_name, approved_by, approved_utc, ends_utc) SELECT m.id, 'shop', m.staff_id, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 1 YEAR FROM staff_memberships m JOIN staff s ON s.id = m.staff_id WHERE s.login = '${v.person.login}'`);
}

export async function invite_somebody(v) {
  await v.page.fill("#name", "Aino Mäkelä");
  await v.page.fill("#login", `guest-${v.lang}-${process.pid}-${++people}`);
  await v.page.fill("#email", "aino@example.com");
  await v.page.locator("main button[type=submit]").click();
  await v.page.waitForSelector(".secret");
}

export async function check_ticket(v, code, place = "Pääovi") {
  await v.page.fill("#code", code);
  await v.page.fill("#place", place);
  await v.page.locator("#check button[value=use]").click();
}

export async function log_out(v) {
  await v.go(staff_page(v.lang, "account"));
  await Promise.all([v.page.waitForURL(staff_page(v.lang, "login") + "?out=1"), v.page.locator("main form button[type=submit]").first().click()]);
}
