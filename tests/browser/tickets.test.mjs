// Goal: a ticket's page shows its code without network, on paper and without script, so that another program's scanner reads it; the desk checks by
// typing and by camera, in place, and without network keeps a list, says that nothing was checked, and sends it when it can.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { buy, state_is } from "./lib/buy.mjs";
import { at, close, desktop, langs, origin, phone, picture, say, sql, visit } from "./lib/shop.mjs";
import { one } from "./lib/signup.mjs";
import { check_ticket, enrol, log_in, open_enrolment, put_in, staff_page } from "./lib/staff.mjs";

after(close);

// What zbarimg reads in a picture of the page.
async function scanned(page) {
  const file = path.join(os.tmpdir(), `kk-ticket-${process.pid}-${Math.random()}.png`);
  try {
    await page.screenshot({ path: file, fullPage: true });
    return execFileSync("zbarimg", ["--quiet", "--raw", file], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

async function buy_a_ticket(v, name = "free") {
  await buy(v, name, { begin: true });
  await state_is(v, name === "free" ? "confirmed" : "paid");
  const link = v.page.locator(".ticket-open a").first();
  const address = await link.getAttribute("href");
  await link.click();
  await v.page.waitForURL("**" + address);
  return { address, code: address.split("/").at(-1) };
}

describe("a ticket's page", { concurrency: true }, () => {
  for (const [i, lang] of langs.entries()) {
    test(`once seen it is there without network, and says that it is a copy, in ${lang}`, () => visit({ lang, size: i % 2 ? desktop : phone }, async (v) => {
      const { address } = await buy_a_ticket(v);
      assert.equal(await scanned(v.page), origin + address);
      assert.ok(await v.page.locator(".ticket-saved").isHidden(), "what has just come is no copy");
      await v.page.waitForSelector("[data-kept]");
      v.expect(/ERR_INTERNET_DISCONNECTED/);
      await v.context.setOffline(true);
      await v.page.reload();
      await v.page.getByText(say(lang, "ticket.saved_words")).waitFor();
      assert.equal(await scanned(v.page), origin + address);
      assert.equal(await v.page.locator(".ticket-page").evaluate((e) => getComputedStyle(e).borderLeftWidth), "8px", "with its look");
      await v.context.setOffline(false);
      await v.page.reload();
      assert.ok(await v.page.locator(".ticket-saved").isHidden());
      v.expect(/404/);
      await v.go(at(lang, "order") + "x".repeat(26));
      assert.equal(await v.page.evaluate(() => navigator.serviceWorker.controller), null, "the worker sees tickets' pages alone");
    }));
  }

  test("on paper it is one page with the code, and nothing that is for the screen", () => visit({ lang: "fi" }, async (v) => {
    const { address } = await buy_a_ticket(v, "card");
    await v.page.emulateMedia({ media: "print" });
    await picture(v.page, "ticket-on-paper");
    for (const hidden of [".site-header", ".site-footer", ".receipt-print"]) assert.ok(await v.page.locator(hidden).isHidden(), hidden);
    assert.equal(await scanned(v.page), origin + address);
    const pdf = await v.page.pdf({ format: "A4" });
    assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1);
  }));

  test("it is whole without script", () => visit({ lang: "en", script: false }, async (v) => {
    const { address, code } = await buy_a_ticket(v);
    assert.equal(await scanned(v.page), origin + address);
    assert.equal((await v.page.locator(".ticket-code").innerText()).replaceAll(" ", "").toLowerCase(), code);
    assert.equal(await v.page.locator("main").innerText().then((words) => /Östman|@/.test(words)), false, "of persons the holder's name alone");
  }));
});

async function at_the_desk(v) {
  const { code } = await buy_a_ticket(v, "card");
  await open_enrolment(v);
  await enrol(v);
  await log_in(v);
  put_in(v, "cashier");
  await v.go(staff_page(v.lang, "tickets"));
  return code;
}
const verdict = (v, name) => v.page.locator("#verdict-title", { hasText: say(v.lang, `tickets.${name}`) }).waitFor();

// One after the other: a login takes the memory that two may have at once.
describe("the desk", () => {
  for (const [i, lang] of langs.entries()) {
    test(`checks by the keyboard alone, one ticket after another, in ${lang}`, () => visit({ lang, size: i % 2 ? phone : desktop }, async (v) => {
      const code = await at_the_desk(v);
      await v.page.fill("#place", "Pääovi");
      await v.page.focus("#code");
      await v.page.keyboard.type(code.toUpperCase());
      await v.page.keyboard.press("Enter");
      await verdict(v, "valid");
      assert.match(await v.page.title(), new RegExp("^" + say(lang, "tickets.valid")), "the title says it first");
      await v.page.waitForFunction(() => document.activeElement.id === "code" && document.activeElement.value === "");
      assert.match(await v.page.getAttribute("#code", "aria-describedby"), /verdict-title/);
      await v.page.keyboard.type("0".repeat(26));
      await v.page.keyboard.press("Enter");
      await verdict(v, "unknown");
      assert.equal(await v.page.inputValue("#code"), "0".repeat(26), "a slip of the finger is mended");
      await v.page.reload();
      assert.equal(await v.page.inputValue("#place"), "Pääovi", "the device knows where it is");
    }));
  }

  test("works without script, and takes a mistake back", () => visit({ lang: "sv", script: false }, async (v) => {
    const code = await at_the_desk(v);
    await check_ticket(v, code);
    await verdict(v, "valid");
    await v.page.locator("#verdict form button").click();
    await v.page.getByText(say("sv", "tickets.undone")).waitFor();
    assert.equal(one(`SELECT uses FROM tickets WHERE code = '${code}'`), "0");
  }));

  test("without network it says so, keeps what was let in, and sends it later", () => visit({ lang: "fi" }, async (v) => {
    const code = await at_the_desk(v);
    v.expect(/ERR_INTERNET_DISCONNECTED/);
    await v.context.setOffline(true);
    await v.page.getByText(say("fi", "tickets.no_network")).waitFor();
    await check_ticket(v, code, "Takaovi");
    await v.page.getByText(say("fi", "tickets.listed")).waitFor();
    await check_ticket(v, "0".repeat(26), "Takaovi");
    await v.page.locator("#waiting li").nth(1).waitFor();
    assert.match(await v.page.locator("#waiting li").first().innerText(), new RegExp(say("fi", "tickets.not_checked")));
    assert.equal(await v.page.locator("#verdict").count(), 0, "nothing looks like a verdict");
    await v.page.fill("#code", code);
    await v.page.locator("#check button[value=check]").click();
    await v.page.waitForFunction((words) => document.getElementById("no-network").textContent === words, say("fi", "tickets.no_network"));
    assert.equal(await v.page.locator("#waiting li").count(), 2, "what is only asked is no use");
    await v.context.setOffline(false);
    await v.page.locator("#sent").getByText(say("fi", "tickets.sent", { count: "2", valid: "1" })).waitFor();
    await v.page.locator("#sent li", { hasText: say("fi", "tickets.unknown") }).waitFor();
    assert.ok(await v.page.locator("#waiting").isHidden());
    assert.equal(one(`SELECT CONCAT(t.uses, ' ', u.unchecked, ' ', u.place) FROM tickets t JOIN ticket_uses u ON u.ticket_id = t.id WHERE t.code = '${code}'`), "1 1 Takaovi");
    await check_ticket(v, code);
    await verdict(v, "valid");
  }));

  test("what was let in without network waits on the device for somebody of the ticket's unit", () => visit({ lang: "fi" }, async (v) => {
    const code = await at_the_desk(v);
    const of_unit = (unit) => sql(`UPDATE staff_memberships m JOIN staff s ON s.id = m.staff_id SET m.scope_kind = 'unit', m.scope_id = '${unit}' WHERE s.login = '${v.person.login}'`);
    const [own, name] = one(`SELECT u.code, u.name_fi FROM tickets t JOIN products p ON p.id = t.product_id JOIN units u ON u.code = p.unit_code WHERE t.code = '${code}'`).split("\t");
    v.expect(/ERR_INTERNET_DISCONNECTED/);
    await v.context.setOffline(true);
    await check_ticket(v, code, "Takaovi");
    await v.page.locator("#waiting li").waitFor();
    await (await v.tab()).close();
    // The next shift is of another unit.
    of_unit(one(`SELECT MIN(code) FROM units WHERE code <> '${own}'`));
    await v.context.setOffline(false);
    await v.page.clock.install();
    let sent = 0;
    v.page.on("request", (request) => { sent += request.method() === "POST"; });
    await v.go(staff_page("fi", "tickets"));
    await v.page.locator("#sent").getByText(say("fi", "tickets.others_wait", { count: "1", unit: name })).waitFor();
    assert.match(await v.page.locator("#waiting li").innerText(), new RegExp(say("fi", "tickets.other_unit")));
    await v.page.clock.runFor(60_000);
    assert.equal(sent, 1, "it is not sent again and again");
    assert.equal(one(`SELECT uses FROM tickets WHERE code = '${code}'`), "0");
    of_unit(own);
    await v.page.reload();
    await v.page.locator("#sent").getByText(say("fi", "tickets.sent", { count: "1", valid: "1" })).waitFor();
    assert.ok(await v.page.locator("#waiting").isHidden());
    assert.equal(one(`SELECT CONCAT(t.uses, ' ', u.place) FROM tickets t JOIN ticket_uses u ON u.ticket_id = t.id WHERE t.code = '${code}'`), "1 Takaovi");
  }));

  test("reads by camera where the browser can, each ticket once while it is in the picture", () => visit({ lang: "en" }, async (v) => {
    await v.context.addInitScript(() => {
      window.BarcodeDetector = class {
        static getSupportedFormats = async () => ["qr_code"];
        detect = async () => { window.looks = (window.looks ?? 0) + 1; return window.in_picture ? [{ rawValue: window.in_picture }] : []; };
      };
      navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
    });
    const code = await at_the_desk(v);
    await v.page.fill("#place", "Main door");
    await v.page.click("#camera");
    await v.page.waitForSelector("#view:visible");
    const uses = () => one(`SELECT uses FROM tickets WHERE code = '${code}'`);
    const look_some_times = (address) => v.page.evaluate((address) => { window.in_picture = address; window.looks = 0; }, address).then(() => v.page.waitForFunction(() => window.looks > 4));
    const began = Date.now();
    await v.page.clock.setFixedTime(began);
    await look_some_times(`${origin}/en/ticket/${code}`);
    await verdict(v, "valid");
    await look_some_times(`${origin}/en/ticket/${code}`);
    assert.equal(uses(), "1", "a card without a number of uses would count on");
    await look_some_times("");
    await v.page.clock.setFixedTime(began + 4000);
    const before = await v.page.locator("#check [name=key]").inputValue();
    await look_some_times(`${origin}/en/ticket/${code}`);
    await v.page.waitForFunction((before) => document.querySelector("#check [name=key]").value !== before, before);
    assert.equal(uses(), "2", "it came again");
    assert.ok(await v.page.locator("#view").isVisible(), "the camera stays open for the next");
    await v.page.click("#camera");
    assert.ok(await v.page.locator("#view").isHidden());
  }));

  test("no page but the desk's own may use a camera", () => visit({ lang: "fi" }, async (v) => {
    await at_the_desk(v);
    const policy = async (address) => (await v.page.goto(address)).headers()["permissions-policy"];
    for (const lang of langs) assert.match(await policy(staff_page(lang, "tickets")), /camera=\(self\)/);
    for (const other of [staff_page("fi", "desk"), staff_page("fi", "account"), `${origin}/fi/`]) assert.match(await policy(other), /camera=\(\)/);
    v.expect(/404/);
    assert.match(await policy(`${origin}/fi/lipputarkastus`), /camera=\(\)/);
  }));
});
