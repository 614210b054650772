/* Two reports of the same unit and day: both side by side, with who and when; a person picks or types a third. */
"use strict";

abhiyan.conflict = (() => {
  const { queue, dom } = abhiyan;
  const { w, h, number, local, instant, count } = dom;

  /* Who posted, asked of the server each time: the device keeps no names. */
  const fillNames = async (kit, unit, day, list) => {
    const query = new URLSearchParams({ campaign: kit.slug, unit: unit.code, date: day });
    try {
      const { response, content } = await queue.fetchJson(`/api/v1/tallies/?${query}`);
      if (!response.ok) return;
      const known = new Map(content.history.map((one) => [one.version, one]));
      for (const row of list.querySelectorAll("[data-version]")) {
        const one = known.get(Number(row.dataset.version));
        if (!one) continue;
        const who = one.by || w("system");
        row.textContent = w("version_by", { version: one.version, who, when: instant(one.recorded_at) });
      }
    } catch {
      // Without network the version and its time stand there.
    }
  };

  const choice = (name, value, label, isChosen, onchange) =>
    h("label", { class: "choice versus__choice" }, h("input", { type: "radio", name, value, checked: isChosen, onchange }), h("span", {}, label));

  /* A paper report need not declare a total. */
  const shown = (value) => (value === null ? "–" : number(value));
  const TOTAL = "declared";

  const row = (cell, place, theirs, mine, before, chosen) => {
    const name = `versus-${place}`;
    const label = [local(cell.name), local(cell.part)].filter(Boolean).join(", ");
    // Where mine is still what I had seen, it was the other who changed the count.
    const keepMine = mine !== (before ?? 0);
    chosen.set(cell.key, keepMine ? mine : theirs);
    const third = h("input", {
      type: "text",
      inputmode: "numeric",
      maxlength: "15",
      autocomplete: "off",
      "aria-label": `${label}: ${w("third")}`,
      oninput: () => {
        const value = count(third.value);
        chosen.set(cell.key, value === null ? NaN : value);
        element.querySelector("[value=third]").checked = true;
      },
    });
    const pick = (value) => () => chosen.set(cell.key, value);
    const element = h(
      "fieldset",
      { class: "card versus-card", "data-key": cell.key },
      h("legend", {}, label),
      choice(name, "theirs", [`${w("theirs")}: `, h("strong", {}, shown(theirs))], !keepMine, pick(theirs)),
      choice(name, "mine", [`${w("mine")}: `, h("strong", {}, shown(mine))], keepMine, pick(mine)),
      h("div", { class: "versus-card__third" }, choice(name, "third", w("third"), false, () => { chosen.set(cell.key, count(third.value) ?? NaN); third.focus(); }), third),
    );
    return element;
  };

  const draw = (model, unit, day, item, go) => {
    const { kit } = model;
    const { conflict } = item;
    const submitted = item.overtaken ?? (item.nil ? {} : item.counts);
    const chosen = new Map();
    const rows = [];
    kit.cells.forEach((cell, place) => {
      const theirs = conflict.standing[cell.key] ?? 0;
      // A choice that was overtaken itself: what was chosen then is mine now.
      const mine = item.nil ? 0 : (item.counts[cell.key] ?? 0);
      if (theirs === mine) chosen.set(cell.key, mine);
      else rows.push(row(cell, place, theirs, mine, item.before?.[cell.key], chosen));
    });
    // A total that was not named says nothing of theirs.
    const theirTotal = conflict.declared ?? null;
    const myTotal = item.extra?.declared_total ?? theirTotal;
    if (theirTotal !== myTotal) {
      const words = { key: TOTAL, name: { en: w("declared"), hi: w("declared") }, part: { en: "", hi: "" } };
      rows.push(row(words, TOTAL, theirTotal, myTotal, null, chosen));
    }
    const who = h(
      "ul",
      {},
      conflict.since.map(({ version, recorded_at }) => h("li", { "data-version": version }, w("version_at", { version, when: instant(recorded_at) }))),
      h("li", {}, w("mine_when", { when: instant(item.made_at) })),
    );
    fillNames(kit, unit, day, who);
    const reason = h("input", { id: "settle-reason", type: "text", maxlength: "500", value: item.reason || w("settle_reason") });
    const problem = h("div", { role: "alert" });
    const settle = async () => {
      const open = [...chosen].find(([, value]) => Number.isNaN(value));
      if (open) {
        problem.replaceChildren(h("p", { class: "notice notice--error" }, w("choose_each")));
        return rows.find((one) => one.dataset.key === open[0])?.querySelector("input[type=text]").focus();
      }
      const total = chosen.has(TOTAL) ? chosen.get(TOTAL) : myTotal;
      const counts = Object.fromEntries([...chosen].filter(([key]) => key !== TOTAL));
      const { declared_total: typedTotal, ...others } = item.extra ?? {};
      if (!item.overtaken) others.overtaken_declared_total = typedTotal ?? null;
      const id = await queue.add({
        ...Object.fromEntries(["user", "slug", "unit", "day"].map((name) => [name, item[name]])),
        extra: total === null ? others : { ...others, declared_total: total },
        counts,
        texts: Object.fromEntries(Object.entries(counts).map(([key, value]) => [key, String(value)])),
        nil: false,
        reason: reason.value.trim() || w("settle_reason"),
        base: conflict.version,
        before: conflict.standing,
        overtaken: submitted,
      });
      return go.sent(unit, id, w("saved_here", { unit: local(unit.name) }));
    };
    return h(
      "div",
      {},
      h("div", { class: "notice notice--warning" }, h("p", {}, h("strong", {}, w("conflict"))), who, h("p", {}, w("conflict_help"))),
      rows,
      h("div", { class: "field" }, h("label", { for: "settle-reason" }, w("why_corrected")), reason),
      problem,
      h("div", { class: "sheet__send" }, h("button", { type: "button", class: "button", "data-act": "settle", onclick: settle }, w("settle"))),
    );
  };

  return { draw };
})();
