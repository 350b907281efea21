// Goal: a family of three signs up for a camp, tells of an allergy and pays, in each language, with and without script; the instructor sees what she must on a phone at the gate, and
// neither a lost connection nor somebody else's login loses a mark; who has looked is told to the family.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { fill_details, order, pay, state_is, submit, to_details } from "./lib/buy.mjs";
import { mail_to, new_address } from "./lib/mail.mjs";
import { at, close, desktop, langs, phone, picture, say, sql, visit } from "./lib/shop.mjs";
import { be, born, camp, enter, family, fill, hold, one, participants, robots, send_form, story, tell_health, variant } from "./lib/signup.mjs";

after(close);

const names = ["Aino", "Eemil", "Kerttu"];

for (const lang of langs) {
  for (const script of [true, false]) {
    test(`a family of three signs up in ${lang}, ${script ? "with" : "without"} script`, () => visit({ lang, script, size: script ? phone : desktop }, async (v) => {
      sql(`UPDATE stock SET capacity = capacity + 3, free = free + 3 WHERE variant_id = ${variant(robots)}`);
      const email = new_address();
      const page = await enter(v, camp, robots, 3);
      assert.match(await page.locator("#hold").innerText(), /20/, "the time left is shown");
      // More time is asked for in the middle: nothing typed is lost.
      await fill(v, family(names, email));
      await page.locator("button[name=extend]").click();
      await page.waitForLoadState();
      assert.equal(await page.inputValue("#p3_first_name"), "Kerttu");
      await tell_health(v, 3, "Epipen repussa");
      await page.uncheck("#p2_consent");
      await page.locator("[name='f_q_walks-home'][value=no]").check();
      await page.locator("main form .actions button").first().click();
      await page.waitForSelector("#errors");
      assert.match(await page.locator("#errors").innerText(), new RegExp(say(lang, "signup.participant_no", { n: 2 })));
      if (script) assert.ok(await page.locator("#errors").evaluate((e) => e === document.activeElement), "the summary has the focus");
      assert.equal(await page.inputValue("#p2_q_health-words"), "Epipen repussa", "the page keeps what was typed");
      await page.locator("#errors a").first().click();
      await page.check("#p2_consent");
      await send_form(v, "**" + at(lang, "cart"));
      assert.equal(await page.locator("ul.lines .line").count(), 1);
      await to_details(v);
      await fill_details(v);
      await submit(v, "**" + at(lang, "review"));
      await order(v);
      await pay(v);
      await state_is(v, "paid");
      assert.doesNotMatch(await page.content(), /Epipen|Kerttu/, "who pays sees no answers");
      const mail = await mail_to(email, say(lang, "mail.registration_confirmed_title"));
      const address = mail.text.match(/http\S+\/(?:ilmoittautuminen|anmalan|registration)\/\w{26}/)[0];
      assert.doesNotMatch(mail.text + mail.html, /Epipen|Kerttu|Mäkinen/);
      await v.go(address);
      assert.equal((await page.locator(".notice-success").innerText()).trim(), say(lang, "signup.state_confirmed"));
      assert.doesNotMatch(await page.content(), /Epipen|Kerttu/);
      await picture(page, `signed-up-${lang}${script ? "" : "-noscript"}`);
    }));
  }
}

test("the keyboard alone fills the form in, and the time left is announced", () => visit({ lang: "fi", size: desktop }, async (v) => {
  const page = await enter(v, camp, robots, 1);
  await page.locator("#p1_first_name").focus();
  for (const words of ["Oona", "Mäkinen", born(11)]) {
    await page.keyboard.type(words);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Space");
  assert.equal(await page.locator("#p1_q_diet").isChecked(), true, "the first choice of the diets");
  assert.equal(await page.locator(".hold-told").getAttribute("role"), "status");
  await page.locator("#hold").evaluate((hold) => { hold.dataset.seconds = "200"; });
  await page.addScriptTag({ url: await page.locator("script[src*=site]").getAttribute("src") });
  await page.waitForFunction(() => document.querySelector(".hold-told").textContent !== "");
  assert.equal(await page.locator(".hold-told").innerText(), say("fi", "signup.hold_warning"));
}));

test("an instructor at the gate: a lost connection loses no mark, and the family sees who has looked", () => visit({ lang: "fi", size: phone }, async (v) => {
  const id = variant(robots);
  sql(`UPDATE stock SET capacity = capacity + 2, free = free + 2 WHERE variant_id = ${id}`);
  const page = await enter(v, camp, robots, 2);
  const email = new_address();
  await fill(v, family(["Portti", "Veräjä"], email));
  await tell_health(v, 2, "Astmapiippu taskussa");
  await page.locator("[name='f_q_walks-home'][value=yes]").check();
  await send_form(v, "**" + at("fi", "cart"));
  await to_details(v);
  await fill_details(v);
  await submit(v, "**" + at("fi", "review"));
  await order(v);
  await pay(v);
  await state_is(v, "paid");
  const registration = one(`SELECT id FROM registrations WHERE email = '${email}'`);
  hold("lotta.kirjasto", id);
  await be(v, "lotta.kirjasto");
  await v.go(participants("fi", id));
  const row = (no) => page.locator(`#p${registration}-${no}`);
  assert.match(await row(1).innerText(), /Portti Mäkinen/);
  assert.doesNotMatch(await page.content(), /Astmapiippu/);
  await row(1).locator("button[value='1']").click();
  await page.waitForFunction((sel) => document.querySelector(sel).textContent === "", `#p${registration}-1 .mark-waits`);
  v.expect(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  await v.context.setOffline(true);
  await row(2).locator("button[value='0']").click();
  assert.match(await row(2).innerText(), new RegExp(say("fi", "participants.mark_waits")));
  assert.equal(one(`SELECT COUNT(*) FROM attendance WHERE registration_id = ${registration}`), "1");
  await v.context.setOffline(false);
  await page.waitForFunction((sel) => document.querySelector(sel).textContent === "", `#p${registration}-2 .mark-waits`);
  assert.equal(one(`SELECT GROUP_CONCAT(present ORDER BY participant) FROM attendance WHERE registration_id = ${registration}`), "1,0");
  await page.reload();
  assert.equal(await row(2).locator("button[value='0']").getAttribute("aria-pressed"), "true");
  // Two taps from the list: everything about one.
  await row(2).locator(".button-danger").click();
  await page.waitForSelector(".emergency");
  assert.match(await page.locator(".emergency").innerText(), /Astmapiippu taskussa/);
  await v.go("/fi/ilmoittautuminen/" + one(`SELECT token FROM registrations WHERE id = ${registration}`));
  assert.match(await page.locator("section[aria-labelledby=looked]").innerText(), /Ohjaaja, terveystiedot/);
}));

test("on a device that several use, marks wait for whoever may send them, also where another tab has logged in anew", () => visit({ lang: "fi", size: phone }, async (v) => {
  const sign_up = async (session, names) => {
    await enter(v, story, session, names.length);
    await fill(v, { ...family(names, new_address()), ...Object.fromEntries(names.map((_, i) => [`p${i + 1}_birth`, born(5)])) });
    await send_form(v, v.page.url());
    await v.page.waitForSelector(".notice-success");
    const id = variant(session);
    sql(`UPDATE variants SET starts_utc = UTC_TIMESTAMP() + INTERVAL 1 DAY, ends_utc = UTC_TIMESTAMP() + INTERVAL 25 HOUR WHERE id = ${id}; UPDATE activity_meetings SET starts_utc = UTC_TIMESTAMP() + INTERVAL 1 DAY, ends_utc = UTC_TIMESTAMP() + INTERVAL 25 HOUR WHERE variant_id = ${id}; UPDATE activity_sessions SET signup_until_utc = UTC_TIMESTAMP(), cancel_until_utc = UTC_TIMESTAMP() WHERE variant_id = ${id}`);
    return id;
  };
  const hers = await sign_up("morning-4", ["Portti"]), his = await sign_up("morning-5", ["Aitta"]);
  hold("lotta.kirjasto", hers);
  hold("lauri.kirjasto", his);
  const marks = () => one(`SELECT GROUP_CONCAT(r.variant_id) FROM attendance a JOIN registrations r ON r.id = a.registration_id WHERE r.variant_id IN (${hers}, ${his})`);
  const waiting = (page) => page.locator("#marks-wait").getByText(say("fi", "participants.marks_wait").replace("{n}", "1")).waitFor();
  const sent = (page) => page.waitForFunction(() => document.querySelector(".mark-waits").textContent === "" && document.getElementById("marks-wait").hidden);
  await be(v, "lotta.kirjasto");
  await v.go(participants("fi", hers));
  v.expect(/ERR_FAILED|403/);
  await v.context.route("**/lasna", (route) => route.abort());
  await v.page.locator("button[value='1']").click();
  await v.page.locator(".mark-waits", { hasText: say("fi", "participants.mark_waits") }).waitFor();
  const before = await v.tab();
  await be(v, "lauri.kirjasto");
  await v.context.unroute("**/lasna");
  const posted = [];
  v.page.on("request", (request) => request.method() === "POST" && posted.push(new URL(request.url()).pathname));
  await v.go(participants("fi", his));
  await waiting(v.page);
  await v.page.locator("button[value='0']").click();
  await v.page.waitForFunction(() => document.querySelector(".mark-waits").textContent === "");
  assert.deepEqual(posted, [`/fi/osallistujat/${his}/lasna`], "he sends nothing of hers");
  await before.evaluate(() => dispatchEvent(new Event("online")));
  await waiting(before);
  assert.equal(marks(), his);
  await be(v, "lotta.kirjasto");
  await v.go(participants("fi", hers));
  await sent(v.page);
  await sent(before);
  assert.equal(marks().split(",").sort().join(), [hers, his].sort().join());
}));
