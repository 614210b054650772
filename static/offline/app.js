/* The entry pages of a device: which one is asked for, whose they are, and when what waits is sent.

   Addresses: #/campaign, #/campaign/day, #/campaign/day/unit. Where the service worker answers for an entry page of
   the site, the address of that page says the same. */
"use strict";

abhiyan.app = (() => {
  const { store, queue, dom, kits } = abhiyan;
  const { w, h, number, longDay } = dom;
  const EVERY = 20_000;
  const SOON = 1_500;
  const PATIENCE = 5_000;
  const SHELL = /^\/campaigns\/device\//;
  const app = document.getElementById("app");
  const line = document.getElementById("line");
  const toast = document.getElementById("toast");

  let user = null;
  let isOnline = navigator.onLine;
  let isSignedOut = false;
  let shown = "";

  // -- the address --------------------------------------------------------------------------------------

  const route = () => {
    const [slug, day, unit] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
    if (slug) return { slug, day, unit };
    if (SHELL.test(location.pathname)) return {};
    const [, , site, word, code, date] = location.pathname.split("/");
    if (word !== "entry") return {};
    if (date) return { slug: site, day: date, unit: code };
    return { slug: site, day: new URLSearchParams(location.search).get("date") || "" };
  };

  const address = (slug) => (day, unit) => `#/${[slug, day, unit].filter(Boolean).map(encodeURIComponent).join("/")}`;

  // -- what the pages are drawn from -----------------------------------------------------------------------

  const newest = (items) => items.reduce((last, one) => (!last || one.id > last.id ? one : last), null);

  const read = async (slug) => {
    const kit = await store.get("kits", [user, slug]);
    if (!kit) return null;
    const mine = (rows) => Map.groupBy ? Map.groupBy(rows, (one) => `${one.unit}/${one.day}`) : group(rows);
    const [queued, drafts, receipts] = await Promise.all(
      ["queue", "drafts", "receipts"].map(async (name) => mine((await store.of(name, user)).filter((one) => one.slug === slug))),
    );
    const of = (unit, day) => {
      const key = `${unit}/${day}`;
      const found = { item: newest(queued.get(key) ?? []), draft: drafts.get(key)?.[0], receipt: receipts.get(key)?.[0] };
      found.state = stateOf(found, kit.reports[unit]?.[day]);
      return found;
    };
    return { user, kit, of, isOnline };
  };

  const group = (rows) => {
    const groups = new Map();
    for (const one of rows) groups.set(`${one.unit}/${one.day}`, [...(groups.get(`${one.unit}/${one.day}`) ?? []), one]);
    return groups;
  };

  const stateOf = ({ item, draft, receipt }, report) => {
    if (item?.state === "needs") return "needs";
    if (item) return item.state;
    if (draft) return "draft";
    return report?.version || receipt ? "accepted" : "silent";
  };

  // -- drawing ---------------------------------------------------------------------------------------------

  let drawn = "";
  let turns = 0;

  /* Put ``children()`` on the page, unless what it would show is there already: a page that draws itself anew under
     a thumb loses the tap. ``mark`` says what is shown. */
  const put = (mark, children) => {
    const now = JSON.stringify(mark);
    if (now === drawn) return false;
    drawn = now;
    const focused = app.contains(document.activeElement) ? document.activeElement.id : "";
    app.replaceChildren(...children().flat().filter(Boolean));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    return true;
  };

  const drawLine = async () => {
    const queued = await store.all("queue");
    const mine = queued.filter((one) => one.user === user);
    const needs = mine.filter((one) => one.state === "needs").length;
    const waiting = mine.length - needs;
    const others = queued.filter((one) => one.user !== user && one.state !== "needs").length;
    const parts = [];
    if (isSignedOut || user === null) {
      const next = SHELL.test(location.pathname) ? location.pathname + location.hash : location.pathname + location.search;
      parts.push(h("span", {}, w(user === null ? "sign_in_first" : "sign_in_to_send")), h("a", { class: "button button--quiet button--small", href: `/sign-in/?next=${encodeURIComponent(next)}` }, w("sign_in")));
    } else if (!isOnline) parts.push(h("span", {}, w("offline")));
    if (waiting) parts.push(h("strong", {}, w("waiting_number", { number: number(waiting) })));
    if (waiting && isOnline && !isSignedOut) parts.push(h("button", { type: "button", class: "button button--quiet button--small", onclick: () => send() }, w("send_now")));
    if (needs) parts.push(h("strong", {}, w("needs_number", { number: number(needs) })));
    if (others) parts.push(h("span", {}, w("others_wait", { number: number(others) })));
    if (!parts.length) parts.push(h("span", {}, w("online"), " · ", w("all_sent")));
    line.replaceChildren(h("div", { class: "wrap row" }, parts));
    line.dataset.online = String(isOnline);
    document.getElementById("sign-out").hidden = user === null;
  };

  /* Draws are asked for from many sides and wait for the store: only the latest may put anything on the page. */
  const draw = async () => {
    const turn = ++turns;
    const { slug, day, unit: code } = route();
    const [kept, model] = user === null ? [] : await Promise.all([store.kitsOf(user), slug ? read(slug) : null]);
    await drawLine();
    if (turn !== turns) return;
    document.body.dataset.online = String(isOnline);
    if (user === null) put(["nobody"], () => [h("h1", {}, w("my_campaigns")), h("p", { class: "notice" }, w("sign_in_first"))]);
    else if (!slug && kept.length === 1 && !location.hash) await go(kept[0].slug).to(address(kept[0].slug)());
    else if (!slug) put(["home", kept.map((kit) => [kit.slug, kit.made_at])], () => abhiyan.units.home(kept));
    else if (!model) drawNothing();
    else drawDay(model, day, code);
  };

  const drawNothing = () => {
    const text = isOnline && !isSignedOut ? "loading" : "no_kit";
    put([text], () => [h("p", { class: "notice" }, w(text)), h("p", {}, h("a", { href: "#/" }, w("my_campaigns")))]);
  };

  const drawDay = (model, day, code) => {
    const { kit } = model;
    const days = kit.days.map((one) => one.day);
    const asked = days.includes(day) ? day : days.at(-1);
    const unit = kit.units.find((one) => one.code === code);
    if (!asked) return put(["no day"], () => [h("p", { class: "notice" }, w("no_units"))]);
    // Never another day in the place of the one that was asked for: counts would be entered into it unnoticed.
    if (day && day !== asked && isDay(day)) return put(["other day", day, days], () => drawOtherDay(kit, days, day, code));
    if (!unit) {
      const states = kit.units.map((one) => [model.of(one.code, asked).state, kit.reports[one.code]?.[asked]?.review]);
      return put([kit.slug, asked, states, kit.made_at], () => abhiyan.units.draw(model, asked, go(kit.slug, asked)));
    }
    const { item, draft, receipt } = model.of(code, asked);
    const known = [item?.id, item?.state, item?.base, draft?.base, receipt?.version, kit.reports[code]?.[asked]];
    const isNew = put([kit.slug, asked, code, known], () => abhiyan.sheet.draw(model, unit, asked, go(kit.slug, asked)));
    if (isNew) abhiyan.sheet.focusFirst(app);
    return isNew;
  };

  const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

  const drawOtherDay = (kit, days, day, code) => {
    const to = address(kit.slug);
    const here = [...days].reverse().map((one) => h("li", {}, h("a", { href: to(one, code) }, h("strong", {}, longDay(one)))));
    return [
      h("h1", {}, longDay(day)),
      h("p", { class: "notice notice--warning" }, w("day_not_here")),
      h("ul", { class: "card unit-list device-units" }, here),
    ];
  };

  /* A new page: from its top, and the reader of a screen is told. */
  const turn = async () => {
    const now = location.pathname + location.hash;
    if (now !== shown) document.body.classList.remove("has-keypad");
    await draw();
    if (now !== shown && !app.contains(document.activeElement)) {
      scrollTo(0, 0);
      document.getElementById("main").focus({ preventScroll: true });
    }
    shown = now;
  };

  /* Something moved in the store. Nobody's typing is drawn over. */
  const renew = async () => {
    const field = document.activeElement;
    const { slug, day, unit } = route();
    const isTyping = unit && user !== null && app.contains(field) && field.matches("input");
    if (!isTyping) return draw();
    await drawLine();
    const state = (await read(slug))?.of(unit, day).state;
    const place = document.getElementById("state");
    if (!state || (["needs", "accepted"].includes(state) && place?.firstChild?.dataset.state !== state)) return draw();
    return place?.replaceChildren(dom.pill(state));
  };

  // -- acts ------------------------------------------------------------------------------------------------

  const say = (text, act) => {
    const children = [h("span", {}, text)];
    if (act) children.push(h("button", { type: "button", class: "button button--quiet button--small", onclick: act.run }, act.text));
    toast.replaceChildren(h("div", { class: "toast" }, children));
    clearTimeout(say.timer);
    say.timer = setTimeout(() => toast.replaceChildren(), 10_000);
  };

  /* A question in the place of its button, that one press of the thumb cannot answer by accident. */
  const confirm = (button, question, yes, act) => {
    const close = () => box.replaceWith(button);
    const box = h("div", { class: "notice notice--warning", role: "alertdialog", "aria-label": question }, h("p", {}, question), h("div", { class: "row" }, h("button", { type: "button", class: "button", onclick: () => { close(); act(); } }, yes), h("button", { type: "button", class: "button button--quiet", onclick: () => { close(); button.focus(); } }, w("cancel"))));
    button.replaceWith(box);
    box.querySelector("button").focus();
  };

  const go = (slug, day) => ({
    address: address(slug),
    to: (place) => {
      if (SHELL.test(location.pathname)) location.hash = place;
      else history.pushState(null, "", place);
      return turn();
    },
    /* Queued: on to the next unit that still has to report, or back to the list. */
    async sent(unit, id, text) {
      say(text, { text: w("undo"), run: () => this.undo(unit, id) });
      const model = await read(slug);
      const at = model.kit.units.findIndex((one) => one.code === unit.code);
      const open = [...model.kit.units.slice(at + 1), ...model.kit.units.slice(0, at)].find((one) => ["silent", "draft"].includes(model.of(one.code, day).state));
      document.activeElement?.blur();
      await this.to(address(slug)(day, open?.code));
      send();
    },
    async undo(unit, id) {
      toast.replaceChildren();
      if (!(await queue.takeBack(id))) say(w("too_late"));
      return this.to(address(slug)(day, unit.code));
    },
    async change(item) {
      if (item.state === "sent") {
        const { user: owner, slug: campaign, unit, day: date, texts, base, before, reason, extra, overtaken } = item;
        await store.put("drafts", { user: owner, slug: campaign, unit, day: date, texts, base, before, reason, extra, overtaken, updated_at: new Date().toISOString() });
      } else await queue.takeBack(item.id);
      drawn = "";
      return draw();
    },
    async discard(item) {
      await queue.discard(item.id);
      return draw();
    },
  });

  const send = async () => {
    const outcome = await queue.send();
    if (outcome === "sign in") isSignedOut = true;
    if (outcome === "done") isSignedOut = false;
    if (["done", "sign in"].includes(outcome)) isOnline = true;
    if (outcome === "offline") {
      isOnline = false;
      again();
    }
    await drawLine();
    // A nil report waits a few seconds for its "Undo".
    const holds = (await store.of("queue", user)).map((one) => one.hold - Date.now()).filter((wait) => wait > 0);
    clearTimeout(send.timer);
    if (holds.length) send.timer = setTimeout(send, Math.min(...holds) + 100);
  };

  /* The network says that it is there and nobody answers: soon again, and then less and less often. */
  let wait = SOON;
  const again = () => {
    if (!navigator.onLine) return;
    clearTimeout(again.timer);
    again.timer = setTimeout(meet, wait);
    wait = Math.min(2 * wait, EVERY);
  };

  /* Who is signed in, what stands now, and then what waits. */
  const meet = async () => {
    const who = await queue.askWho();
    isOnline = who !== undefined;
    if (who !== undefined) {
      isSignedOut = who.user === null;
      if (who.user !== null) {
        await store.welcome(who.user);
        user = who.user;
      } else user = (await store.get("meta", "user")) ?? null;
    }
    await renew();
    if (!isOnline) again();
    if (!isOnline || isSignedOut) return;
    wait = SOON;
    await send();
    await abhiyan.drafts.push(who.user, who.csrf).catch(() => {});
    const { slug } = route();
    if (slug && (await kits.fetch(slug, user))) await renew();
  };

  const signOut = async (button) => {
    const waiting = (await store.of("queue", user)).length;
    const leave = async () => {
      await store.put("meta", true, "leaving");
      await store.forget();
      // The session ends first, or when there is network again: nobody signs in over one that still stands.
      await Promise.race([queue.askWho(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
      user = null;
      isSignedOut = true;
      queue.tell({ user: null });
      await turn();
    };
    if (!waiting) return leave();
    app.prepend(h("p", { class: "sign-out-place" }));
    const place = app.firstChild;
    confirm(place, w("sign_out_waiting", { number: number(waiting) }), w("yes_sign_out"), leave);
    return scrollTo(0, 0);
  };

  const start = async () => {
    await store.put("meta", document.body.dataset.language, "language");
    user = (await store.get("meta", "user")) ?? null;
    navigator.storage?.persist?.();
    navigator.serviceWorker?.register("/sw.js").catch(() => {});
    // Many reports on their way are many news: they are drawn together.
    let soon = null;
    queue.listen((news) => {
      if (news.user === null) user = null;
      soon ??= setTimeout(() => {
        soon = null;
        renew();
      }, 100);
    });
    addEventListener("hashchange", turn);
    addEventListener("popstate", turn);
    addEventListener("online", meet);
    addEventListener("offline", () => { isOnline = false; drawLine(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) meet(); });
    setInterval(async () => {
      const waits = (await store.all("queue")).some((one) => one.state !== "needs");
      const drafts = await store.of("drafts", user);
      if (waits || !isOnline || drafts.some((one) => one.synced_at !== one.updated_at)) meet();
    }, EVERY);
    const language = document.getElementById("language");
    language.addEventListener("click", () => { language.hash = location.hash || address(route().slug ?? "")(route().day, route().unit); });
    document.getElementById("sign-out").addEventListener("click", (event) => signOut(event.target));
    await turn();
    await meet();
  };

  start().catch((fault) => {
    // A private window, or a full disk: then the page says so instead of pretending to keep anything.
    put(["fault"], () => [h("p", { class: "notice notice--error" }, w("not_kept"))]);
    console.warn(fault);
  });

  return { confirm };
})();
