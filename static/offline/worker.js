/* The service worker: keeps the shell of the entry pages, answers with it when there is no network, and sends what
   waits when the network returns. ``kept`` says what is kept and in which version. */
"use strict";

(() => {
  const { kept, abhiyan } = self;
  const CACHE = `abhiyan-${kept.version}`;
  const ENTRY = /^\/campaigns\/[^/]+\/entry\//;
  const DEVICE = /^\/campaigns\/device\//;
  // On a bad line a page that is here is worth more than one that may come.
  const PATIENCE = 6_000;

  self.addEventListener("install", (event) => {
    const everything = [...Object.values(kept.shells), ...kept.files];
    // Without cookies: what is kept is for everybody, and nobody is sent on to a page of their own.
    const ask = (address) => new Request(address, { cache: "reload", credentials: "omit" });
    event.waitUntil(
      caches
        .open(CACHE)
        .then((cache) => cache.addAll(everything.map(ask)))
        .then(() => self.skipWaiting()),
    );
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil(
      caches
        .keys()
        .then((names) => names.filter((name) => name.startsWith("abhiyan-") && name !== CACHE))
        .then((old) => Promise.all(old.map((name) => caches.delete(name))))
        .then(() => self.clients.claim()),
    );
  });

  const shell = async (path) => {
    const asked = Object.keys(kept.shells).find((language) => kept.shells[language] === path);
    const language = asked || (await abhiyan.store.get("meta", "language").catch(() => null));
    const address = kept.shells[language] || Object.values(kept.shells)[0];
    return (await caches.open(CACHE)).match(address);
  };

  const isGone = (response) => [502, 503, 504].includes(response.status);

  /* A page from the network, or the shell, which draws the same page from what the device keeps. */
  const page = async (request, path) => {
    const options = ENTRY.test(path) ? { signal: AbortSignal.timeout(PATIENCE) } : {};
    try {
      const response = await fetch(request, options);
      if (!isGone(response)) return response;
      return (await shell(path)) || response;
    } catch (fault) {
      const found = await shell(path);
      if (found) return found;
      throw fault;
    }
  };

  /* A form that did not get through: its counts are a draft on this device, and the page shows them. */
  const posted = async (request, path) => {
    try {
      const response = await fetch(request);
      return isGone(response) ? Response.redirect(path, 303) : response;
    } catch {
      return Response.redirect(path, 303);
    }
  };

  /* Signed out is signed out here, with network or without. */
  const signedOut = async (request) => {
    await abhiyan.store.forget();
    let response = null;
    try {
      response = await fetch(request);
    } catch {
      await abhiyan.store.put("meta", true, "leaving");
      response = Response.redirect(Object.values(kept.shells)[0], 303);
    }
    abhiyan.queue.tell({ user: null });
    return response;
  };

  const signedIn = async (request) => {
    const response = await fetch(request);
    await abhiyan.store.remove("meta", "leaving");
    return response;
  };

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== self.location.origin) return;
    if (request.method === "GET" && kept.files.includes(url.pathname + url.search)) {
      event.respondWith(caches.match(request.url).then((found) => found || fetch(request)));
    } else if (request.mode !== "navigate") {
      return;
    } else if (request.method === "POST") {
      if (url.pathname === kept.signOut) event.respondWith(signedOut(request));
      else if (url.pathname === kept.signIn) event.respondWith(signedIn(request));
      else if (ENTRY.test(url.pathname)) event.respondWith(posted(request, url.pathname + url.search));
    } else if (DEVICE.test(url.pathname) && Object.values(kept.shells).includes(url.pathname)) {
      event.respondWith(shell(url.pathname).then((found) => found || fetch(request)));
    } else if (!url.pathname.startsWith("/api/") && !url.pathname.startsWith("/admin/")) {
      event.respondWith(page(request, url.pathname));
    }
  });

  self.addEventListener("sync", (event) => {
    if (event.tag !== "send") return;
    // A rejected promise is how a browser is asked to try again later.
    event.waitUntil(
      abhiyan.queue.send().then((outcome) => {
        if (outcome === "offline") throw new Error("no network yet");
      }),
    );
  });
})();
