/* Fetching what a device keeps of a campaign. */
"use strict";

self.abhiyan = self.abhiyan || {};

abhiyan.kits = (() => {
  const { store, queue } = abhiyan;
  const FRESH = 60_000;

  /* True when a newer kit is kept now. */
  const fetch = async (slug, user) => {
    const kept = user === null ? null : await store.get("kits", [user, slug]);
    if (kept && Date.now() - new Date(kept.fetched_at) < FRESH) return false;
    try {
      const { response, content } = await queue.fetchJson(`/campaigns/${encodeURIComponent(slug)}/entry/kit/`);
      if (!response.ok || !content?.user) return false;
      await store.welcome(content.user);
      await keep({ ...content, fetched_at: new Date().toISOString() });
      return true;
    } catch {
      return false;
    }
  };

  /* A report that was accepted while the kit was on its way is newer than the kit. */
  const keep = (kit) =>
    store.change(["kits", "receipts"], async (stores, ask) => {
      const before = await ask(stores.kits.get([kit.user, kit.slug]));
      for (const [unit, days] of Object.entries(before?.reports ?? {})) {
        for (const [day, report] of Object.entries(days)) {
          const now = kit.reports[unit]?.[day];
          if (kit.reports[unit] && report.version > (now?.version ?? 0)) kit.reports[unit][day] = report;
        }
      }
      stores.kits.put(kit);
    });

  return { fetch };
})();
