/* Drafts of this device, kept on the server too: they are in the grid of many units when its owner sits at a desk. */
"use strict";

self.abhiyan = self.abhiyan || {};

abhiyan.drafts = (() => {
  const { store, queue } = abhiyan;
  const MOST = 200; // rows that the grid takes at once

  const form = (kit, rows) => {
    const ids = new Map(kit.units.map((unit) => [unit.code, unit.id]));
    const data = new FormData();
    data.set("draft", "1");
    data.set("units", rows.map((row) => ids.get(row.unit)).join(","));
    for (const { unit, version, texts, declared } of rows) {
      const id = ids.get(unit);
      data.set(`v${id}`, version);
      data.set(`d${id}`, declared);
      for (const cell of kit.cells) data.set(`c${id}-${cell.id}`, texts[cell.key] ?? "");
    }
    return data;
  };

  /* What stands is no draft: sent like one, it takes the draft of a report that has arrived off the server. */
  const arrived = (kit, { unit, day }) => {
    const report = kit.reports[unit]?.[day];
    if (!report) return null;
    const texts = Object.fromEntries(kit.cells.map((cell, place) => [cell.key, String(report.counts[place] ?? 0)]));
    return { unit, day, version: report.version, texts, declared: "" };
  };

  const open = ({ unit, day, base, texts, extra, updated_at }) => ({
    ...{ unit, day, version: base, texts, updated_at },
    declared: extra?.declared_total === undefined ? "" : String(extra.declared_total),
  });

  const post = async (kit, day, rows, csrf) => {
    const query = new URLSearchParams({ date: day, item: "" });
    const { response, content } = await queue.fetchJson(`/campaigns/${kit.slug}/entry/sheet/?${query}`, {
      method: "POST",
      headers: { "X-CSRFToken": csrf, "X-Requested-With": "fetch" },
      body: form(kit, rows),
    });
    return response.ok && content?.kept !== undefined;
  };

  /* Marked as kept there, unless it was typed on meanwhile. */
  const mark = (kit, rows) =>
    store.change(["drafts", "receipts"], async (stores, ask) => {
      for (const { unit, day, updated_at } of rows) {
        const key = [kit.user, kit.slug, unit, day];
        const name = updated_at ? "drafts" : "receipts";
        const kept = await ask(stores[name].get(key));
        if (!kept) continue;
        if (!updated_at) stores.receipts.put({ ...kept, had_draft: false });
        else if (kept.updated_at === updated_at) stores.drafts.put({ ...kept, synced_at: updated_at });
      }
    });

  const push = async (user, csrf) => {
    const drafts = (await store.of("drafts", user)).filter((one) => one.synced_at !== one.updated_at);
    const receipts = (await store.of("receipts", user)).filter((one) => one.had_draft);
    if (!drafts.length && !receipts.length) return;
    for (const kit of await store.kitsOf(user)) {
      const known = new Set(kit.units.map((unit) => unit.code));
      const rows = [
        ...drafts.filter((one) => one.slug === kit.slug).map(open),
        ...receipts.filter((one) => one.slug === kit.slug).map((one) => arrived(kit, one)),
      ].filter((row) => row && known.has(row.unit));
      for (const day of new Set(rows.map((row) => row.day))) {
        const some = rows.filter((row) => row.day === day).slice(0, MOST);
        if (await post(kit, day, some, csrf)) await mark(kit, some);
      }
    }
  };

  return { push };
})();
