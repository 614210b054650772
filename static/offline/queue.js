/* Reports on their way to the server, sent in the order in which they were made.

   A report: id (its place), key (its Idempotency-Key), user, slug, unit, day, counts {cell key: count}, texts (as
   typed), nil, reason, extra (what else the body carries), base (the version it was made on), before (the counts
   of that version), overtaken (the counts it settles a conflict for), made_at, hold (not before), tries, and state:

     waiting   on this device; never left it
     sent      left the device; what became of it is not known, so the same key is sent again
     needs     the server refused it: problem {status, code, message, details} or conflict {version, standing, since}

   An accepted report leaves the queue and is a receipt. */
"use strict";

self.abhiyan = self.abhiyan || {};

abhiyan.queue = (() => {
  const { store } = abhiyan;
  const WHO = "/campaigns/device/who/";
  const TALLIES = "/api/v1/tallies/";
  const PATIENCE = 30_000;
  const RECEIPTS_DAYS = 30;

  const channel = new BroadcastChannel("abhiyan");
  const listeners = [];
  channel.onmessage = (event) => listeners.forEach((listener) => listener(event.data));
  const listen = (listener) => listeners.push(listener);
  const tell = (news) => {
    channel.postMessage(news);
    listeners.forEach((listener) => listener(news));
  };

  const isSheet = (one, other) =>
    one.user === other.user && one.slug === other.slug && one.unit === other.unit && one.day === other.day;
  const sheetKey = ({ user, slug, unit, day }) => [user, slug, unit, day];

  /* Queue a report; the draft that it was goes in the same stroke. What never left the device is replaced, and
     what the server refused too; what may have arrived is not: then this one follows it. */
  const add = async (report) => {
    const id = await store.change(["queue", "drafts"], async (stores, ask) => {
      for (const one of await ask(stores.queue.getAll())) {
        if (!isSheet(one, report) || one.state === "sent") continue;
        stores.queue.delete(one.id);
      }
      const draft = await ask(stores.drafts.get(sheetKey(report)));
      stores.drafts.delete(sheetKey(report));
      const value = { hold: 0, tries: 0, overtaken: null, extra: {}, reason: "", ...report };
      return ask(
        stores.queue.add({
          ...value,
          had_draft: Boolean(draft?.synced_at),
          key: crypto.randomUUID ? crypto.randomUUID() : randomKey(),
          state: "waiting",
          made_at: new Date().toISOString(),
        }),
      );
      // Said to be on this device is only what is on its disk.
    }, { isOnDisk: true });
    tell({ sheet: sheetKey(report) });
    wake();
    return id;
  };

  // randomUUID is there only on https and localhost; a district's server on plain http gets the same chance.
  const randomKey = () =>
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  /* Back into a draft, while it has not left the device or after it was refused. False when it is too late. */
  const takeBack = async (id) => {
    const sheet = await store.change(["queue", "drafts"], async (stores, ask) => {
      const one = await ask(stores.queue.get(id));
      if (!one || one.state === "sent") return null;
      stores.queue.delete(id);
      stores.drafts.put({
        ...Object.fromEntries(["user", "slug", "unit", "day", "texts", "base", "before", "reason", "overtaken"].map((name) => [name, one[name]])),
        extra: one.extra,
        updated_at: new Date().toISOString(),
      });
      return sheetKey(one);
    });
    if (sheet) tell({ sheet });
    return sheet !== null;
  };

  const discard = async (id) => {
    await store.remove("queue", id);
    tell({});
  };

  /* Ask the browser to wake the service worker when there is network, even with every tab closed. */
  const wake = () => {
    const registration = self.registration
      ? Promise.resolve(self.registration)
      : self.navigator.serviceWorker?.getRegistration();
    registration?.then((one) => one?.sync?.register("send")).catch(() => {});
  };

  const fetchJson = async (address, options = {}) => {
    const response = await fetch(address, {
      cache: "no-store",
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
      ...options,
    });
    // A page that asks to sign in, or the portal of a network that is none.
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    return { response, content: isJson ? await response.json() : null };
  };

  /* Somebody signed out without network: the session still stands, and ends before anything else is done. */
  const leave = async (csrf) => {
    const response = await fetch("/sign-out/", {
      method: "POST",
      headers: { "X-CSRFToken": csrf },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.type === "opaqueredirect" || response.ok) await store.remove("meta", "leaving");
    return { user: null };
  };

  /* {user, csrf}; user null: signed out. undefined: no network, or nobody we know answers. */
  const askWho = async () => {
    try {
      const { response, content } = await fetchJson(WHO);
      // Sent on to the page that asks for a second factor: signed in by half is not signed in.
      if (response.type === "opaqueredirect") return { user: null };
      if (!response.ok || !content || !("user" in content)) return undefined;
      if (await store.get("meta", "leaving")) return content.user === null ? content : await leave(content.csrf);
      return content;
    } catch {
      return undefined;
    }
  };

  const lines = (counts) =>
    Object.entries(counts).map(([key, count]) => {
      const [item, cohort, vaccine, sex] = key.split("|");
      return { item, cohort, vaccine, sex, count };
    });

  const body = (report) => ({
    campaign: report.slug,
    unit: report.unit,
    date: report.day,
    lines: report.nil ? [] : lines(report.counts),
    reason: report.reason,
    ...report.extra,
    ...(report.overtaken ? { overtaken: lines(report.overtaken) } : {}),
  });

  const post = (report, csrf) =>
    fetchJson(TALLIES, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": csrf,
        "Idempotency-Key": report.key,
        "If-Match": `"${report.base}"`,
      },
      body: JSON.stringify(body(report)),
    });

  const clean = (counts) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count));
  const same = (one, other) => {
    const [a, b] = [clean(one), clean(other)];
    return Object.keys({ ...a, ...b }).every((key) => a[key] === b[key]);
  };

  const later = async (stores, ask, report) =>
    (await ask(stores.queue.getAll())).filter((one) => isSheet(one, report) && one.id > report.id);

  /* The server has it, or somebody else's same counts: what stands is known here now. */
  const accept = (report, { version, recorded_at, is_late }, counts) =>
    store.change(["queue", "drafts", "kits", "receipts"], async (stores, ask) => {
      stores.queue.delete(report.id);
      for (const one of await later(stores, ask, report)) {
        stores.queue.put({ ...one, base: version, before: counts });
      }
      // What the same person went on typing was begun on this report, not on the one before it.
      const draft = await ask(stores.drafts.get(sheetKey(report)));
      if (draft?.base === report.base) stores.drafts.put({ ...draft, base: version, before: counts });
      stores.receipts.put({
        ...Object.fromEntries(["user", "slug", "unit", "day"].map((name) => [name, report[name]])),
        version,
        recorded_at,
        had_draft: report.had_draft,
      });
      const kit = await ask(stores.kits.get([report.user, report.slug]));
      const days = kit?.reports[report.unit];
      if (!days) return;
      const places = new Map(kit.cells.map((cell, place) => [cell.key, place]));
      const placed = Object.entries(clean(counts)).filter(([key]) => places.has(key));
      days[report.day] = {
        version,
        late: is_late ?? days[report.day]?.late ?? false,
        counts: Object.fromEntries(placed.map(([key, count]) => [places.get(key), count])),
        review: "",
        declared: report.extra?.declared_total ?? null,
      };
      stores.kits.put(kit);
    });

  /* A person must look. Unless the same person has sent another since: that one speaks for both. */
  const refuse = (report, found) =>
    store.change(["queue"], async (stores, ask) => {
      const [next] = await later(stores, ask, report);
      if (!next) {
        stores.queue.put({ ...report, ...found, state: "needs" });
        return;
      }
      stores.queue.delete(report.id);
      stores.queue.put({ ...next, overtaken: report.overtaken ?? next.overtaken });
    });

  const conflictOf = (error) => ({
    version: error.current_version,
    standing: error.standing,
    declared: error.declared_total ?? null,
    // Who it was is asked when it is shown: no name of a person is kept.
    since: (error.since || []).map(({ version, recorded_at }) => ({ version, recorded_at })),
  });

  /* One try. "go on", "later" (try again when there is network) or "sign in". */
  const attempt = async (report, who) => {
    const tried = { ...report, state: "sent", tries: report.tries + 1, sent_at: new Date().toISOString() };
    await store.put("queue", tried);
    tell({ sheet: sheetKey(report) });
    let answer;
    try {
      answer = await post(tried, who.csrf);
    } catch {
      return "later";
    }
    const { response, content } = answer;
    const status = response.status;
    if (response.ok && content) {
      await accept(tried, content, report.nil ? {} : report.counts);
      return "go on";
    }
    const error = content?.error;
    if (status === 412 && error) {
      const total = tried.extra?.declared_total;
      const isSameTotal = total === undefined || total === (error.declared_total ?? null);
      const settled = !tried.overtaken && same(error.standing, error.submitted) && isSameTotal;
      if (settled) await accept(tried, { version: error.current_version, recorded_at: error.since?.at(-1)?.recorded_at }, error.standing);
      else await refuse(tried, { conflict: conflictOf(error), problem: null });
      return "go on";
    }
    if (status === 401 || status === 403) {
      const now = await askWho();
      if (now === undefined) return "later";
      if (now.user !== report.user || now.csrf === undefined) return "sign in";
      // Signed in as the same person, and still not allowed: or the token had just changed, then once more.
      if (tried.tries < 2) return attempt(tried, now);
    }
    // 408, 425, 429 and the faults of servers pass; without our own words it was somebody else who answered.
    if (!error || status >= 500 || [408, 425, 429].includes(status)) return "later";
    await refuse(tried, {
      conflict: null,
      problem: { status, code: error.code, message: error.message, details: error.details || [] },
    });
    return "go on";
  };

  const next = async (user, done) => {
    const now = Date.now();
    const mine = (await store.of("queue", user)).sort((one, other) => one.id - other.id);
    return mine.find((one) => one.state !== "needs" && one.hold <= now && !done.has(one.id));
  };

  const run = async () => {
    const queued = await store.all("queue");
    if (!queued.some((one) => one.state !== "needs")) return "nothing";
    const who = await askWho();
    if (who === undefined) return "offline";
    if (who.user === null) return "sign in";
    if (await store.welcome(who.user)) tell({ user: who.user });
    const done = new Set();
    for (let report = await next(who.user, done); report; report = await next(who.user, done)) {
      done.add(report.id);
      const outcome = await attempt(report, who);
      tell({ sheet: sheetKey(report) });
      if (outcome === "later") return "offline";
      if (outcome === "sign in") return "sign in";
    }
    return "done";
  };

  /* Send what waits. One at a time over all tabs and the service worker: order is kept, and nothing is sent twice
     for nothing. Twice would do no harm: the key is the same. */
  const send = async () => {
    const outcome = navigator.locks
      ? await navigator.locks.request("abhiyan-send", { ifAvailable: true }, (lock) => (lock ? run() : "busy"))
      : await run();
    if (outcome !== "busy") tell({ outcome });
    return outcome;
  };

  return { add, takeBack, discard, send, askWho, fetchJson, listen, tell, wake, same, sheetKey };
})();
