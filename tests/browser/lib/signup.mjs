// Signing up as a family does, and what the city's people then see. The robot days are the sample city's session that begins within a week.
import fs from "node:fs";
import { execFileSync } from "node:child_process";
import os from "node:os";
import { instance, sql } from "./shop.mjs";
import { code, staff, staff_page } from "./staff.mjs";

export const camp = { fi: "/fi/tuote/robottileiri", sv: "/sv/produkt/robotlager", en: "/en/product/robot-camp" };
export const story = { fi: "/fi/tuote/satuaamu", sv: "/sv/produkt/sagomorgon", en: "/en/product/story-morning" };
export const robots = "robot-days";

// The birth of a child who has that age, or is a year younger until 31 May.
export const born = (age) => `31.5.${new Date().getFullYear() - age}`;
export const family = (names, email) => ({
  adult_name: "Liisa Mäkinen", adult_phone: "040 123 4567", email,
  ...Object.fromEntries(names.flatMap((name, i) => [[`p${i + 1}_first_name`, name], [`p${i + 1}_last_name`, "Mäkinen"], [`p${i + 1}_birth`, born(11)]])),
});

export function one(statement) {
  return execFileSync("mariadb", ["--no-defaults", `--socket=${instance.dir}/run/db.sock`, `--user=${os.userInfo().username}`, "-N", "kuntakauppa"], { input: statement, encoding: "utf8" }).trim();
}
export const variant = (session) => one(`SELECT id FROM variants WHERE code = '${session}'`);

// From the activity's page to the form.
export async function enter(v, address, session, seats = 1) {
  await v.go(address[v.lang]);
  const form = v.page.locator(`#${session} form`);
  await form.locator("input[name=seats]").fill(String(seats));
  await form.locator("button").click();
  await v.page.waitForURL(/\/(ilmoittautuminen|anmalan|registration)\/\w{26}$/);
  return v.page;
}

export async function fill(v, values) {
  for (const [field, value] of Object.entries(values)) await v.page.fill(`#${field}`, value);
}

// Health answers of each participant, with the consent.
export async function tell_health(v, seats, words) {
  for (let i = 1; i <= seats; ++i) {
    await v.page.check(`#p${i}_q_diet_nuts`);
    await v.page.fill(`#p${i}_q_health-words`, words);
    await v.page.check(`#p${i}_consent`);
  }
}

export async function send_form(v, wanted) {
  await v.page.locator("main form").first().locator(".actions button").click();
  await v.page.waitForURL(wanted);
}

// One of the sample city's people, logged in; each code works once, so the next half minute's is awaited when this one's is used.
const used = new Map();
export async function be(v, login) {
  const person = JSON.parse(fs.readFileSync(`${instance.dir}/demo-staff.json`, "utf8")).find((one_of) => one_of.login === login);
  const step = () => Math.floor(Date.now() / 30000);
  await v.context.clearCookies({ name: "__Host-staff" });  // somebody else may be here
  while (used.get(login) === step()) await new Promise((resolve) => setTimeout(resolve, 500));
  await v.go(staff_page(v.lang, "login"));
  for (let tries = 0; tries < 3; ++tries) {
    used.set(login, step());
    await v.page.fill("#login", login);
    await v.page.fill("#password", person.password);
    await v.page.fill("#code", code(person.totp_secret));
    await v.page.locator("main button[type=submit]").first().click();
    await v.page.waitForLoadState();
    if (/\/(tyopoyta|arbetsbord|desk)$/.test(v.page.url())) return;  // in the person's own language
    await new Promise((resolve) => setTimeout(resolve, 30500 - Date.now() % 30000));
  }
  throw new Error(`${login} can't log in`);
}

export const participants = (lang, id = "") => `${staff}${{ fi: "/fi/osallistujat", sv: "/sv/deltagare", en: "/en/participants" }[lang]}${id && "/" + id}`;
export const session_of_courses = (lang, id) => `${staff_page(lang, "activities")}/${id}`;

// That somebody holds a session, as the session's page would make it.
export function hold(login, id) {
  sql(`INSERT INTO session_staff (variant_id, staff_id, given_by, given_utc) SELECT ${id}, id, 1, UTC_TIMESTAMP(3) FROM staff WHERE login = '${login}' AND NOT EXISTS (SELECT 1 FROM session_staff s WHERE s.variant_id = ${id} AND s.staff_id = staff.id AND s.ends_utc IS NULL)`);
}
