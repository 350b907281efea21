// Goal: the city's people log in with a code, and with a passkey of a real browser (Chromium's virtual authenticator); a form that comes too late is
// not lost; two minutes before its end a session says so and can be kept. All but the passkey works without script.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, langs, say, sql, visit } from "./lib/shop.mjs";
import { code, enrol, log_in, log_out, open_enrolment, password, staff_page, to_login_from_codes } from "./lib/staff.mjs";

after(close);

async function authenticator(v) {
  const cdp = await v.context.newCDPSession(v.page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: {
    protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  return { cdp, authenticatorId };
}

const arrive = async (v) => { await open_enrolment(v); await enrol(v); await log_in(v); };
const go_on = (v, page, click) => Promise.all([v.page.waitForURL((url) => url.href.split("?")[0] === staff_page(v.lang, page)), click]);

for (const lang of langs) {
  test(`a passkey is added, logs in, and is a fresh second factor in ${lang}`, () => visit({ lang }, async (v) => {
    await arrive(v);
    const { cdp, authenticatorId } = await authenticator(v);
    await v.go(staff_page(lang, "account"));
    await v.page.fill("#name", "Läppäri");
    await v.page.locator("[data-passkey=make]").click();
    await v.page.locator(".sessions strong", { hasText: "Läppäri" }).waitFor();
    const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
    assert.equal(credentials.length, 1);
    assert.equal(credentials[0].rpId, "staff.localhost");
    await log_out(v);
    await v.page.fill("#login", v.person.login);
    await v.page.fill("#password", password);
    await go_on(v, "desk", v.page.locator("[data-passkey=use]").click());
    await v.go(staff_page(lang, "confirm"));
    await go_on(v, "desk", v.page.locator("[data-passkey=use]").click());
  }));
}

for (const lang of langs) {
  test(`an account begins with a passkey and no app, and a wrong password costs no second one in ${lang}`, () => visit({ lang }, async (v) => {
    await open_enrolment(v);
    const { cdp, authenticatorId } = await authenticator(v);
    await v.page.fill("#password", "lyhyt");
    await v.page.locator("[data-passkey=make]").click();
    await v.page.waitForSelector("#errors");
    await v.page.getByText(say(lang, "staff.enrol_passkey_ready")).waitFor();
    assert.equal(await v.page.locator("#code").count(), 0);
    await v.page.fill("#password", password);
    await v.page.fill("#again", password);
    await v.page.locator("main button[type=submit]").first().click();
    await to_login_from_codes(v);
    assert.equal(v.person.codes.length, 10);
    assert.equal((await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length, 1);
    await v.page.fill("#login", v.person.login);
    await v.page.fill("#password", password);
    await go_on(v, "desk", v.page.locator("[data-passkey=use]").click());
    await log_out(v);
    await v.page.fill("#login", v.person.login);
    await v.page.fill("#password", password);
    await v.page.fill("#code", v.person.codes[0]);
    await go_on(v, "desk", v.page.locator("main button[type=submit]").first().click());
  }));
}

test("who gives the passkey up is where they were, and the wrong password is told as ever", () => visit({ lang: "fi" }, async (v) => {
  await arrive(v);
  const { cdp, authenticatorId } = await authenticator(v);
  await v.go(staff_page("fi", "account"));
  await v.page.fill("#name", "Läppäri");
  await v.page.locator("[data-passkey=make]").click();
  await v.page.locator(".sessions strong", { hasText: "Läppäri" }).waitFor();
  await log_out(v);
  await v.page.fill("#login", v.person.login);
  await v.page.fill("#password", "wrong but long enough");
  await v.page.locator("[data-passkey=use]").click();
  await v.page.waitForSelector("#errors");
  await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
  await cdp.send("WebAuthn.disable");
  assert.equal(await v.page.inputValue("#login"), v.person.login);
}));

test("without script the page says what a passkey needs, and the code works", () => visit({ lang: "sv", script: false }, async (v) => {
  await arrive(v);
  await v.go(staff_page("sv", "account"));
  assert.ok(await v.page.locator(".passkey-no-script").isVisible());
  assert.match(await v.page.locator(".session-ends").innerText(), /kl\. \d{1,2}\.\d\d/);
}));

for (const script of [true, false]) {
  test(`on a phone the duties are a menu that says where one is, and on a wide screen they stand open, ${script ? "with" : "without"} script`, () => visit({ lang: "fi", script }, async (v) => {
    await arrive(v);
    const { page } = v;
    const link = page.locator(".duties a[aria-current=page]"), menu = page.locator(".duties summary");
    for (const width of [320, 375]) {
      await page.setViewportSize({ width, height: 800 });
      await v.go(staff_page("fi", "desk"));
      assert.equal((await menu.innerText()).trim(), `${say("fi", "staff.menu")}: ${say("fi", "staff.duty_desk")}`);
      assert.equal(await link.isVisible(), false);
      assert.ok((await page.locator("h1").boundingBox()).y < 300, "the page begins on the first screen");
      await menu.focus();
      await page.keyboard.press("Enter");
      await link.waitFor();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the screen");
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await v.go(staff_page("fi", "desk"));
    await link.waitFor();
    assert.equal(await menu.isVisible(), false);
    await link.focus();
    assert.equal(await link.evaluate((one) => one === document.activeElement), true);
  }));
}

test("two minutes before its end a session says so, and goes on", () => visit({ lang: "en" }, async (v) => {
  await arrive(v);
  await v.page.clock.install();
  await v.go(staff_page("en", "account"));
  const status = v.page.locator(".session-ends");
  await v.page.clock.fastForward("12:00");
  assert.equal(await status.getByRole("button").count(), 0);
  await v.page.evaluate(() => fetch(location.href));  // as the ticket desk does with each ticket: the session goes on, and nothing is said of its end
  await status.getByText(say("en", "staff.session_stayed")).waitFor();
  await v.page.clock.fastForward("12:50");
  assert.equal(await status.getByRole("button").count(), 0);
  await v.page.clock.fastForward("00:20");
  assert.match(await status.innerText(), new RegExp(say("en", "staff.session_soon")));
  await status.getByRole("button", { name: say("en", "staff.session_stay") }).click();
  await status.getByText(say("en", "staff.session_stayed")).waitFor();
}));

test("a form that comes after the session is sent after the next login", () => visit({ lang: "fi" }, async (v) => {
  await arrive(v);
  await v.go(staff_page("fi", "invitation"));
  await v.page.fill("#name", "Aino Mäkelä");
  await v.page.fill("#login", `late-${process.pid}`);
  await v.page.fill("#email", "aino@example.com");
  sql(`UPDATE staff_sessions SET seen_utc = seen_utc - INTERVAL 20 MINUTE WHERE staff_id = (SELECT id FROM staff WHERE login = '${v.person.login}')`);
  await v.page.locator("main button[type=submit]").click();
  await v.page.waitForURL((url) => url.href.startsWith(staff_page("fi", "login")));
  await v.page.locator(".notice").getByText(say("fi", "staff.form_kept")).waitFor();
  sql("UPDATE staff_totp SET last_step = 0");
  await v.page.fill("#login", v.person.login);
  await v.page.fill("#password", password);
  await v.page.fill("#code", code(v.person.secret));
  await v.page.locator("main button[type=submit]").first().click();
  await v.page.getByRole("heading", { name: say("fi", "backoffice.continue_title") }).waitFor();
  await v.page.locator("main button[type=submit]").click();
  await v.page.waitForSelector(".secret");
}));
