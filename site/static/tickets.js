// The desk where tickets are checked, with script: the answer comes in place, so that the camera stays open; the camera reads codes where the
// browser can; and without network what was let in is kept on a list, not checked, and sent when there is one. Codes are no personal data.
const main = document.querySelector(".ticket-desk");
const check = document.getElementById("check");
const list = document.getElementById("list");
const told = document.getElementById("no-network");
const waiting = document.getElementById("waiting");
const field = (name) => check.elements[name];
const longest_wait = 8000;

const kept = () => JSON.parse(localStorage.getItem("tickets.waiting") ?? "[]");
function keep(entries) {
  localStorage.setItem("tickets.waiting", JSON.stringify(entries));
  show_kept();
}
// Of another unit's tickets: they wait on this device for somebody of that unit, and this page sends each once, or when it is told to.
let others = [];
const is_among = (entries) => ({ key, code }) => entries.some((one) => one.key === key && one.code === code);

function show_kept() {
  const entries = kept();
  waiting.hidden = entries.length === 0;
  waiting.querySelector("ul").replaceChildren(...entries.map((entry) => {
    const { code, at, place } = entry;
    const item = document.createElement("li");
    const strong = Object.assign(document.createElement("strong"), { textContent: code.split("/").at(-1) });
    const when = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    item.append(strong, Object.assign(document.createElement("span"), { textContent: `${when}, ${place}: ${is_among(others)(entry) ? told.dataset.otherUnit : told.dataset.notChecked}` }));
    return item;
  }));
}

function tell(words) {
  told.hidden = !words;
  told.textContent = words ?? "";
}

// The place is the device's: it is there also on the next day.
if (field("place").value) localStorage.setItem("tickets.place", field("place").value);
else field("place").value = localStorage.getItem("tickets.place") ?? "";

// "away": no network, nobody behind it, or no answer in the time that a visitor waits (what is sent again with its key counts once).
// A session that ended, or a form refused: the browser sends it itself, and shows what comes.
async function ask(action, body) {
  let answer, text;
  try {
    answer = await fetch(action, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(longest_wait) });
    text = await answer.text();
  } catch {
    return "away";
  }
  if (answer.type === "opaqueredirect") return "login";
  if (answer.status >= 502 && answer.status <= 504) return "away";
  if (!answer.ok) return "refused";
  return new DOMParser().parseFromString(text, "text/html");
}

function swap(page, ...ids) {
  for (const id of ids) document.getElementById(id).replaceWith(page.getElementById(id));
}

const body_of = (form, button) => {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  return body;
};

// One at a time: the answer that is shown is that of the code that was read last.
let asking = false;
async function send_form(form, button) {
  if (asking) return;
  asking = true;
  const body = body_of(form, button);
  field("key").value = crypto.randomUUID();
  const page = await ask(form.getAttribute("action"), body);
  asking = false;
  if (body.get("place")) localStorage.setItem("tickets.place", body.get("place"));
  if (page === "away") return without_network(body);
  if (typeof page === "string") return again_natively(form, button);
  tell();
  swap(page, "said", "fields");
  document.title = page.title;
  (document.getElementById("errors") ?? field("code")).focus({ preventScroll: true });
  document.getElementById("said").scrollIntoView({ block: "nearest" });
  send_kept();
}

function again_natively(form, button) {
  form.dataset.native = "";
  form.requestSubmit(button ?? undefined);
}

function without_network(body) {
  document.getElementById("said").replaceChildren();
  const [code, place] = [body.get("code")?.trim(), body.get("place")?.trim()];
  tell(told.dataset.words);
  if (body.get("act") !== "use" || !check_has(code, place)) return;
  keep([...kept(), { code, place, at: new Date().toISOString(), key: body.get("key") }]);
  tell(`${told.dataset.words} ${told.dataset.listed}`);
  field("code").value = "";
  field("code").focus();
}

// What the server would say beside the field, the browser says.
function check_has(code, place) {
  if (!code || !place) check.reportValidity();
  return code && place && code.length <= field("code").maxLength;
}

let sending = false;
async function send_kept() {
  const waits = is_among(others), entries = kept().filter((entry) => !waits(entry)).slice(0, 100);
  if (sending || entries.length === 0) return;
  sending = true;
  try {
    list.elements.list.value = JSON.stringify(entries);
    const page = await ask(list.getAttribute("action"), new URLSearchParams(new FormData(list)));
    if (page === "away") return;
    if (typeof page === "string") return tell(told.dataset.unsent);
    const staying = (page.getElementById("sent").dataset.staying.match(/\d+/g) ?? []).map((place) => entries[place]);
    others.push(...staying);
    const was_sent = is_among(entries), stays = is_among(staying);
    keep(kept().filter((entry) => !was_sent(entry) || stays(entry)));
    tell();
    swap(page, "sent");
  } finally {
    sending = false;
  }
}

main.addEventListener("submit", (event) => {
  const form = event.target;
  if (form === list) list.elements.list.value = JSON.stringify(kept().slice(0, 100));
  if ("native" in form.dataset) return;
  event.preventDefault();
  if (form === list) {
    others = [];
    send_kept();
  } else send_form(form, event.submitter);
});
addEventListener("online", () => { tell(); send_kept(); });
addEventListener("offline", () => tell(told.dataset.words));
setInterval(send_kept, 15000);

// The camera: a code that stays in the picture is read once, and may come again when it has been away for three seconds.
const button = document.getElementById("camera");
const view = document.getElementById("view");
const away_for = 3000, look_every = 200;
let last = "", seen = 0;

async function look(detector) {
  if (view.hidden) return;
  const [found] = await detector.detect(view).catch(() => []);
  if (found && view.hidden === false) {
    const fresh = found.rawValue !== last || Date.now() - seen > away_for;
    if (!fresh || !asking) [last, seen] = [found.rawValue, Date.now()];
    if (fresh && found.rawValue && !asking) {
      field("code").value = found.rawValue;
      navigator.vibrate?.(80);
      check.requestSubmit(check.querySelector("button[value=use]"));
    }
  }
  setTimeout(() => look(detector), look_every);
}

async function open_camera() {
  try {
    view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return tell(button.dataset.refused);
  }
  view.hidden = false;
  button.textContent = button.dataset.stop;
  view.play().catch(() => {});  // closed before it began
  look(new BarcodeDetector({ formats: ["qr_code"] }));
}

function close_camera() {
  for (const track of view.srcObject.getTracks()) track.stop();
  view.srcObject = null;
  view.hidden = true;
  button.textContent = button.dataset.start;
}

if ("BarcodeDetector" in window && navigator.mediaDevices && (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code")) {
  button.hidden = false;
  button.addEventListener("click", () => (view.hidden ? open_camera() : close_camera()));
}

show_kept();
send_kept();
