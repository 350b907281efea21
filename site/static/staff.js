// What the staff's pages do with script, and do without: passkeys, where a code by an app always works too, and a word before a session ends.
(() => {
  const errors = document.getElementById("errors");
  if (errors) errors.focus();

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

  // Two minutes before the session ends, a word and a way to stay (WCAG 2.2, 2.2.1).
  const session = document.querySelector("[data-session]");
  if (session) {
    const begin = () => setTimeout(() => {
      session.textContent = session.dataset.words + " ";
      const stay = Object.assign(document.createElement("button"), { type: "button", className: "button button-secondary button-small", textContent: session.dataset.stay });
      stay.addEventListener("click", async () => {
        const answer = await fetch(session.dataset.url, { redirect: "manual" });
        if (answer.ok) { session.textContent = session.dataset.stayed; begin(); } else { location.reload(); }
      });
      session.append(stay);
    }, (Number(session.dataset.session) - 120) * 1000);
    begin();
  }
})();
