// What every page does with script, and does without: the number of lines in the cart beside its name, and the word
// that something was added. Nothing here is needed to buy.
(() => {
  document.documentElement.classList.add("with-script");

  const cart = document.querySelector(".cart-link");
  const lines = Number((document.cookie.match(/(?:^|; )__Host-lines=(\d{1,3})(?:;|$)/) || [])[1] || 0);
  if (cart && lines > 0) {
    cart.querySelector("span").textContent = (lines === 1 ? cart.dataset.one : cart.dataset.many).replace("{n}", lines);
  }

  const added = document.getElementById("added");
  if (added && location.hash === "#added") {
    added.focus();
    addEventListener("beforeunload", () => history.replaceState(null, "", location.pathname + location.search));
  }

  // What is wrong with a form is read first, also by those who do not see the page jump there.
  const errors = document.getElementById("errors");
  if (errors) errors.focus();

  // Seats held while a form is filled in: five minutes before the end, and at the end, it is said (WCAG 2.2, 2.2.1).
  const hold = document.getElementById("hold");
  if (hold) {
    const told = hold.querySelector(".hold-told"), left = Number(hold.dataset.seconds) * 1000;
    setTimeout(() => { told.textContent = hold.dataset.warning; }, Math.max(0, left - 300000));
    setTimeout(() => { told.textContent = hold.dataset.over; }, left);
  }

  // A ticket stays readable without a connection. The worker keeps what this page is made of; from the next visit on it sees for itself.
  const ticket = document.querySelector("[data-offline]");
  if (ticket && navigator.serviceWorker) {
    navigator.serviceWorker.addEventListener("message", () => { ticket.dataset.kept = ""; });
    navigator.serviceWorker.register(ticket.dataset.offline, { scope: ticket.dataset.scope }).then(() => navigator.serviceWorker.ready).then(({ active }) => {
      const parts = performance.getEntriesByType("resource").map((part) => part.name).filter((url) => url.startsWith(location.origin + "/assets/"));
      active.postMessage([location.origin + location.pathname, ...new Set(parts)]);
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

  // One choice of time at a time, also when later times are folded away: a chosen one is never hidden.
  for (const more of document.querySelectorAll("details.more")) {
    if (more.querySelector(":checked")) more.open = true;
  }
})();
