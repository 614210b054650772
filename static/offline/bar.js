/* On the entry pages of the site: keep the campaign on this device, show what waits, and keep a draft of what is
   typed, so that a form that does not get through has lost nothing. */
"use strict";

(() => {
  const bar = document.querySelector("[data-device-bar]");
  if (!bar || !self.indexedDB || !navigator.serviceWorker) return;
  const { store, queue, kits } = abhiyan;
  const { campaign: slug, day, unit } = bar.dataset;
  const user = Number(bar.dataset.user);
  const language = document.documentElement.lang === "hi" ? "hi" : "en-in";
  const part = (name) => bar.querySelector(`[data-device="${name}"]`);
  const numbers = new Intl.NumberFormat("en-IN");
  const address = (...parts) => `/campaigns/device/${language}/#/${parts.filter(Boolean).map(encodeURIComponent).join("/")}`;

  const show = async () => {
    const mine = await store.of("queue", user);
    const needs = mine.filter((one) => one.state === "needs").length;
    for (const [name, value] of [["waiting", mine.length - needs], ["needs", needs]]) {
      part(name).hidden = !value;
      part(`${name}-number`).textContent = numbers.format(value);
    }
    const kit = await store.get("kits", [user, slug]);
    part("ready").hidden = !kit || mine.length > 0;
    // A day that the device does not keep would only be told there that it is not here.
    part("open").hidden = Boolean(day && kit && !kit.days.some((one) => one.day === day));
    part("open").href = address(slug, day, unit);
    bar.hidden = false;
  };

  // -- drafts of what is typed on this page: the sheet of one unit, or a row of the grid for each ----------------

  const valueOf = (root, name) => root.querySelector(`[name="${name}"]`)?.value ?? "";

  /* {sheet, inputs: [[cell key, input]], version, reason(), declared()} of every whole sheet on the page. */
  const sheetsHere = () => {
    const form = document.querySelector("form[data-entry]");
    if (form) {
      const inputs = [...form.querySelectorAll("input[data-key]")].map((input) => [input.dataset.key, input]);
      return [{ root: form, sheet: { user, slug, unit, day }, inputs, version: Number(valueOf(form, "version")), reason: () => valueOf(form, "reason"), declared: () => valueOf(form, "declared") }];
    }
    const grid = document.querySelector("form[data-grid]");
    if (!grid) return [];
    const ids = Object.entries(JSON.parse(document.getElementById("rule-book").textContent).ids);
    return [...grid.querySelectorAll("tr[data-code]")].flatMap((line) => {
      const { unit: id, code } = line.dataset;
      const inputs = ids.map(([key, cell]) => [key, line.querySelector(`[name="c${id}-${cell}"]`)]);
      // Some columns only: sent from the device, the cells that are not here would count 0.
      if (!inputs.every(([, input]) => input)) return [];
      return [{ root: line, sheet: { user, slug, unit: code, day }, inputs, version: Number(valueOf(line, `v${id}`)), reason: () => valueOf(grid, "reason"), declared: () => valueOf(line, `d${id}`) }];
    });
  };

  const keepDraft = async ({ sheet, inputs, version, reason, declared }) => {
    const { extra = {}, overtaken = null } = (await store.get("drafts", queue.sheetKey(sheet))) ?? {};
    const stood = inputs.map(([key, input]) => [key, Number(input.defaultValue) || 0]);
    const { declared_total: _, ...others } = extra;
    const total = declared().replace(/,/g, "").trim();
    await store.put("drafts", {
      ...sheet,
      ...{ base: version, before: version ? Object.fromEntries(stood) : {}, overtaken },
      extra: /^\d{1,9}$/.test(total) ? { ...others, declared_total: Number(total) } : others,
      texts: Object.fromEntries(inputs.map(([key, input]) => [key, input.value])),
      reason: reason(),
      updated_at: new Date().toISOString(),
    });
  };

  /* What stands is what was typed: the draft has arrived. Otherwise it is offered, never put in by itself. */
  const lookAtDrafts = async (sheets) => {
    let left = 0;
    for (const { sheet, inputs, root } of sheets) {
      const draft = await store.get("drafts", queue.sheetKey(sheet));
      if (!draft || root.querySelector("[aria-invalid]")) continue;
      const same = inputs.every(([key, input]) => (input.defaultValue || "0") === (draft.texts[key] || "0"));
      if (same) await store.remove("drafts", queue.sheetKey(sheet));
      else left += 1;
    }
    part("draft").hidden = !left;
    part("draft-link").href = address(slug, day, unit);
  };

  // From the first key on, though what was kept earlier is looked at before it is written over.
  const sheets = sheetsHere();
  const looked = lookAtDrafts(sheets);
  looked.catch(() => {});
  for (const one of sheets) {
    one.root.addEventListener("input", () => looked.then(() => keepDraft(one)).catch(() => {}));
  }

  const start = async () => {
    await store.put("meta", language, "language");
    await store.welcome(user);
    await navigator.serviceWorker.register("/sw.js");
    queue.listen(show);
    await looked;
    await show();
    if (matchMedia("(max-width: 40rem)").matches) {
      for (const link of document.querySelectorAll("a[data-unit]")) link.href = address(slug, day, link.dataset.unit);
    }
    await queue.send();
    await kits.fetch(slug, user);
    await show();
  };

  // A browser that keeps nothing (a private window, a full disk) has the plain pages, as before.
  start().catch((fault) => console.warn(fault));
})();
