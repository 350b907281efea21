// A ticket's page stays readable without a connection: the network first; when there is none, the copy kept here, marked as one.
const kept = "tickets.1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page says what it is made of, once: it was loaded before there was a worker.
self.addEventListener("message", (event) => event.waitUntil(caches.open(kept).then((cache) => cache.addAll(event.data)).then(() => event.source.postMessage("kept"))));

async function saved(cache, request) {
  const copy = await cache.match(request.url);
  if (!copy) return undefined;
  const page = (await copy.text()).replace("<html ", "<html data-saved ");
  return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": copy.headers.get("Content-Security-Policy") ?? "default-src 'none'" } });
}

async function page(request) {
  const cache = await caches.open(kept);
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    return (await saved(cache, request)) ?? Response.error();
  }
  if (answer.ok) await cache.put(request.url, answer.clone());
  if (answer.status === 404) await cache.delete(request.url);
  return (answer.status >= 500 && (await saved(cache, request))) || answer;
}

// What carries a hash in its name never changes.
async function asset(request) {
  const cache = await caches.open(kept);
  const copy = await cache.match(request.url);
  if (copy) return copy;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (new URL(request.url).pathname.startsWith("/assets/")) event.respondWith(asset(request));
});
