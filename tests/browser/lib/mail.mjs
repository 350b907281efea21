// The mails that the shop has sent, as its mail server filed them.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { instance } from "./shop.mjs";

function decode(body, encoding) {
  if (/base64/i.test(encoding)) return Buffer.from(body, "base64").toString("utf8");
  if (!/quoted-printable/i.test(encoding)) return body;
  const bytes = body.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

function parse(raw) {
  const [, head, body] = raw.match(/^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/) ?? [];
  const header = (name) => (head.replace(/\r?\n[ \t]+/g, " ").match(new RegExp(`^${name}:\\s*(.*)$`, "im")) ?? [])[1]?.trim() ?? "";
  const boundary = header("Content-Type").match(/boundary="?([^";]+)"?/i)?.[1];
  if (!boundary) return { header, text: decode(body, header("Content-Transfer-Encoding")), type: header("Content-Type") };
  const parts = body.split(`--${boundary}`).slice(1, -1).map((part) => parse(part.replace(/^\r?\n/, "")));
  const find = (type) => parts.flatMap((p) => [p, ...(p.parts ?? [])]).find((p) => p.type?.startsWith(type))?.text ?? "";
  return { header, parts, text: find("text/plain"), html: find("text/html"), type: header("Content-Type") };
}

// The mails to this address so far, oldest first.
export function mails_to(address) {
  return fs.readdirSync(instance.mail).filter((f) => f.endsWith(".eml")).sort()
    .map((f) => fs.readFileSync(path.join(instance.mail, f), "latin1"))
    .filter((raw) => raw.includes(address))
    .map((raw) => parse(Buffer.from(raw, "latin1").toString("utf8")));
}

// Waits for a mail to this address whose text has `words` in it.
export async function mail_to(address, words = "", seconds = 20) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise((r) => setTimeout(r, 200))) {
    const found = mails_to(address).find((m) => m.text.includes(words));
    if (found) return found;
  }
  assert.fail(`no mail to ${address} with "${words}" within ${seconds} s; there are ${mails_to(address).map((m) => m.text.slice(0, 200)).join(" | ") || "none"}`);
}

let count = 0;
export const new_address = () => `ostaja-${process.pid}-${Date.now().toString(36)}-${++count}@example.fi`;
