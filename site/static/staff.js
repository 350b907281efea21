// What the staff's pages do with script, and do without: passkeys, where a code by an app always works too, and a word before a session ends.
(() => {
  const errors = document.getElementById("errors");
  if (errors) errors.focus();

  // The duties stand open on a wide screen; this is for browsers that can't do that by style.
  const menu = document.querySelector(".duties-menu");
  if (menu && !CSS.supports("selector(::details-content)") && matchMedia("(min-width: 1000px)").matches) menu.open = true;

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const fill = (form, values) => { for (const [name, value] of Object.entries(values)) form.elements[name].value = value; };

  async function use(form, { challenge, rp }) {
    const { id, rawId, response } = await navigator.credentials.get({ publicKey: { challenge: bytes(challenge), rpId: rp, userVerification: "required", timeout: 120000 } });
    if (id) fill(form, { passkey_id: text(rawId), passkey_client: text(response.clientDataJSON), passkey_data: text(response.authenticatorData), passkey_signature: text(response.signature) });
  }
  async function make(form, { challenge, rp, user, name }) {
    const { response } = await navigator.credentials.create({ publicKey: {
      challenge: bytes(challenge), rp: { id: rp, name: rp }, user: { id: bytes(user), name, displayName: name }, pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" }, attestation: "none", timeout: 120000 } });
    fill(form, { passkey_client: text(response.clientDataJSON), passkey_attestation: text(response.attestationObject) });
  }

  for (const button of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
    button.closest("[hidden]")?.removeAttribute("hidden");
    for (const words of document.querySelectorAll(".passkey-no-script")) words.hidden = true;
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        await (button.dataset.passkey === "make" ? make : use)(button.form, button.dataset);
      } catch {
        return;  // given up: the browser has said so, and the form stands as it was
      }
      button.form.requestSubmit();
    });
  }

  // Attendance: a tap is kept until the shop has it, so a lost connection loses none. What is kept are numbers, no names. A page sends what its own person tapped, and what
  // belongs to its own list; the rest is for whoever uses the device next and may. What is refused waits too: for a list opened anew, when the login is another by now.
  const list = document.querySelector(".participants[data-by]");
  if (list) {
    const kept = () => JSON.parse(localStorage.getItem("marks") ?? "[]");
    const keep = (marks) => localStorage.setItem("marks", JSON.stringify(marks));
    const drop = (mark) => keep(kept().filter((one) => JSON.stringify(one) !== JSON.stringify(mark)));
    const forms_of = (mark) => [...list.querySelectorAll("form.mark")].filter(({ elements }) => elements.registration.value === mark.registration && elements.participant.value === mark.participant);
    const form_of = (mark) => forms_of(mark).find(({ elements }) => elements.starts.value === mark.starts);
    const refused = new Set();  // actions
    const may_send = (mark) => !refused.has(mark.action) && (mark.by === list.dataset.by || forms_of(mark).length > 0);
    const show = (form, present) => {
      const row = form.closest(".participant");
      row.classList.toggle("is-present", present === "1");
      row.classList.toggle("is-absent", present === "0");
      for (const button of form.querySelectorAll("button")) {
        button.classList.toggle("button-secondary", button.value !== present);
        button.setAttribute("aria-pressed", String(button.value === present));
      }
    };
    const tell = () => {
      const marks = kept(), waiting = new Set(marks.map(form_of));
      for (const form of list.querySelectorAll("form.mark")) {
        let told = form.querySelector(".mark-waits");
        if (!told && waiting.has(form)) form.append(told = Object.assign(document.createElement("p"), { className: "mark-waits", role: "status" }));
        if (told) told.textContent = waiting.has(form) ? list.dataset.waits : "";
      }
      const note = document.getElementById("marks-wait"), others = marks.filter((mark) => !may_send(mark)).length;
      note.hidden = others === 0;
      note.textContent = others === 0 ? "" : note.dataset.words.replace("{n}", others);
    };
    let sending = false;
    const send = async () => {
      if (sending) return;
      sending = true;
      try {
        for (let mark = kept().find(may_send); mark; mark = kept().find(may_send)) {
          const body = new URLSearchParams({ ...mark, form: document.querySelector("main [name=form]").value, quiet: "1" });
          for (const own of ["action", "by"]) body.delete(own);
          const answer = await fetch(mark.action, { method: "POST", body, redirect: "manual" });
          // A session that ended, or a shop that is away: later. What the shop will never take is dropped.
          if (answer.type === "opaqueredirect" || answer.status >= 500 || answer.status === 429) break;
          if (answer.status === 403) refused.add(mark.action);
          else drop(mark);
          tell();
        }
      } catch { /* no connection: at the next try */ } finally { sending = false; }
    };
    list.addEventListener("submit", (event) => {
      const form = event.target.closest("form.mark");
      if (!form || !event.submitter) return;
      event.preventDefault();
      const { registration, participant, starts } = form.elements;
      keep([...kept(), { action: form.getAttribute("action"), by: list.dataset.by, registration: registration.value, participant: participant.value, starts: starts.value, present: event.submitter.value, tapped: new Date().toISOString() }]);
      show(form, event.submitter.value);
      tell();
      send();
    });
    addEventListener("online", send);
    addEventListener("storage", tell);  // another tab has sent some
    setInterval(send, 15000);
    for (const mark of kept()) { const form = form_of(mark); if (form) show(form, mark.present); }
    tell();
    send();
  }

  // Two minutes before the session ends, a word and a way to stay (WCAG 2.2, 2.2.1). What a page asks of the shop meanwhile, as a ticket desk does all day, keeps the session going.
  const session = document.querySelector("[data-session]");
  if (session) {
    let soon;
    const begin = () => {
      clearTimeout(soon);
      soon = setTimeout(warn, (Number(session.dataset.session) - 120) * 1000);
    };
    const warn = () => {
      session.textContent = session.dataset.words + " ";
      const stay = Object.assign(document.createElement("button"), { type: "button", className: "button button-secondary button-small", textContent: session.dataset.stay });
      stay.addEventListener("click", async () => {
        const answer = await fetch(session.dataset.url, { redirect: "manual" });
        if (!answer.ok) location.reload();
      });
      session.append(stay);
    };
    const fetch_as_ever = window.fetch;
    window.fetch = async (...what) => {
      const answer = await fetch_as_ever(...what);
      if (answer.ok && answer.type === "basic") {  // of our own host
        if (session.textContent !== session.dataset.stayed) session.textContent = session.dataset.stayed;
        begin();
      }
      return answer;
    };
    begin();
  }

  // Long work: how far it has come, without the reload that stands in for it where there is no script.
  const job = document.querySelector("[data-job]");
  const look = async () => {
    try {
      const answer = await fetch(location.href, { redirect: "manual" });
      const next = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-job]") : null;
      if (!next) return location.reload();
      const [bar, words] = ["progress", "[role=status]"].map((name) => [job.querySelector(name), next.querySelector(name)]);
      for (const name of ["max", "value"]) if (bar[1].hasAttribute(name)) bar[0].setAttribute(name, bar[1].getAttribute(name));
      if (words[0].textContent !== words[1].textContent) words[0].textContent = words[1].textContent;
    } catch { /* no connection: at the next try */ }
    setTimeout(look, 1500);
  };
  if (job) setTimeout(look, 1000);
})();
