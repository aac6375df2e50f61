// Keeps the page, its verifier and the lists, so that a code can be verified without a network.

const KEPT = "sceau-{{version}}";
const LISTS = "sceau-lists";
const FOLDER = "/assets/{{version}}/";
const PAGE = ["/", ...["style.css", "page.js", "offline.js", "icon.svg"].map(name => FOLDER + name)];
// Not every build has the verifier.
const EXTRA = [FOLDER + "offline.wasm"];
const DOCUMENTS = ["jwks.json", "keys", "revoked"].map(name => "/.well-known/sceau/" + name);

async function keep(cache, path) {
  const response = await fetch(path);
  if (response.ok) await cache.put(path, response);
  else await response.body?.cancel();
}

addEventListener("install", event => {
  skipWaiting();
  event.waitUntil((async () => {
    const kept = await caches.open(KEPT);
    await kept.addAll(PAGE);
    const lists = await caches.open(LISTS);
    await Promise.allSettled([...EXTRA.map(path => keep(kept, path)), ...DOCUMENTS.map(path => keep(lists, path))]);
  })());
});

addEventListener("activate", event => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter(name => name !== KEPT && name !== LISTS);
    await Promise.all(old.map(name => caches.delete(name)));
    await clients.claim();
  })());
});

/// The lists are only of use together: all three are renewed, or none.
async function renewLists() {
  const responses = await Promise.all(DOCUMENTS.map(path => fetch(path)));
  if (!responses.every(response => response.ok)) return;
  const lists = await caches.open(LISTS);
  await Promise.all(responses.map((response, n) => lists.put(DOCUMENTS[n], response)));
}

addEventListener("fetch", event => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || request.method !== "GET") return;
  if (request.mode === "navigate") {
    // A page that was asked for with a network is a good moment to renew the lists.
    const answer = fetch(request).then(response => {
      event.waitUntil(renewLists().catch(() => {}));
      return response;
    });
    event.respondWith(answer.catch(() => caches.match("/")));
  } else if (pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(request).then(found => found ?? fetch(request)));
  } else if (DOCUMENTS.includes(pathname)) {
    event.respondWith(caches.match(request).then(found => found ?? fetch(request)));
  }
});
