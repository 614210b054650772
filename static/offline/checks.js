/* The rules of the sheet, run on the device with what it keeps of the unit: soft findings ask for a reason before a
   report is queued, hard ones hold it back. The server runs the same list again and has the last word. */
"use strict";

abhiyan.checks = (() => {
  const { h, w, local, count } = abhiyan.dom;

  const add = (sums, counts) => {
    for (const [key, value] of Object.entries(counts)) sums[key] = (sums[key] ?? 0) + value;
    return sums;
  };

  /* What the rules must know of the unit and day besides the sheet. */
  const contextOf = (kit, code, day, declared) => {
    const own = kit.contexts[code] ?? {};
    const toDate = { ...(own.to_date ?? {}) };
    for (const one of kit.days) {
      if (one.day < day) add(toDate, abhiyan.sheet.standing(kit, code, one.day) ?? {});
    }
    const context = {
      working_day: kit.days.find((one) => one.day === day)?.working ?? true,
      to_date: toDate,
      usual: own.usual?.[day] ?? {},
      targets: own.targets ?? {},
      declared,
    };
    if (own.stock) {
      context.stock = { ...own.stock };
      // The doses of the day's own report have left the stock already.
      for (const [key, value] of Object.entries(abhiyan.sheet.standing(kit, code, day) ?? {})) {
        const vaccine = key.split("|")[2] || kit.sheet.vaccine;
        const isDose = kit.sheet.items.some((item) => item.code === key.split("|")[0] && item.kind === "dose");
        if (isDose && vaccine in context.stock) context.stock[vaccine] += value;
      }
    }
    return context;
  };

  const hitsOf = (kit, code, day, counts, declared) =>
    entryRules.evaluate(local(kit.rules), kit.sheet, contextOf(kit, code, day, declared), counts);

  const nameOf = (hit) => `${hit.rule}:${hit.cell}`;

  /* "first_dose|18-44|covaxin|", "first_dose" or "first_dose|18-44" in words. */
  const where = (kit, name) => {
    const cell = kit.cells.find((one) => one.key === name || one.key.startsWith(`${name}|`));
    if (!cell) return "";
    return name === cell.key ? [local(cell.name), local(cell.part)].filter(Boolean).join(", ") : local(cell.name);
  };

  const panel = (typed, keep) => {
    const { kit, sheet, extra } = typed;
    extra.reasons ??= {};
    const declared = h("input", {
      id: "declared",
      type: "text",
      inputmode: "numeric",
      maxlength: "15",
      autocomplete: "off",
      "aria-describedby": "declared-help",
      value: extra.declared_total === undefined ? "" : String(extra.declared_total),
    });
    const list = h("div", { class: "asks" });
    const element = h(
      "div",
      {},
      h("details", { open: extra.declared_total !== undefined }, h("summary", {}, w("declared")), h("div", { class: "field" }, h("label", { for: "declared" }, w("declared")), declared, h("span", { class: "help", id: "declared-help" }, w("declared_help")))),
      list,
    );
    let hits = [];

    const ask = (hit) => {
      const rule = local(kit.rules).find((one) => one.code === hit.rule);
      const name = nameOf(hit);
      const place = where(kit, hit.cell);
      const id = `why-${name.replace(/\W+/g, "-")}`;
      const text = [place ? h("strong", {}, `${place}: `) : null, entryRules.message(rule, hit.observed)];
      if (hit.severity === "hard") return h("div", { class: "notice notice--error", "data-hit": name }, h("p", {}, text));
      const reason = h("input", {
        id,
        type: "text",
        maxlength: "500",
        value: extra.reasons[name] ?? "",
        oninput: () => {
          extra.reasons[name] = reason.value;
          keep();
        },
      });
      return h("div", { class: "notice notice--warning", "data-hit": name }, h("p", {}, text), h("label", { for: id }, w("asks_reason")), reason);
    };

    const refresh = () => {
      const counts = Object.fromEntries(Object.entries(typed.counts).filter(([, value]) => !Number.isNaN(value)));
      const isEmpty = !Object.keys(counts).length || typed.isUnchanged;
      const total = count(declared.value);
      hits = isEmpty ? [] : hitsOf(kit, sheet.unit, sheet.day, counts, Number.isNaN(total) ? null : total);
      const texts = new Map(hits.map((hit) => [nameOf(hit), hit]));
      for (const shown of list.querySelectorAll("[data-hit]")) {
        const hit = texts.get(shown.dataset.hit);
        if (!hit) shown.remove();
        else {
          // The figures may have moved; what is being typed as a reason stays where it is.
          shown.querySelector("p").replaceChildren(...ask(hit).querySelector("p").childNodes);
          texts.delete(shown.dataset.hit);
        }
      }
      if (!list.children.length && texts.size) list.append(h("h2", {}, w("asks")), h("p", { class: "small" }, w("asks_help")));
      list.append(...[...texts.values()].map(ask));
      if (!list.querySelector("[data-hit]")) list.replaceChildren();
    };

    declared.addEventListener("input", () => {
      const total = count(declared.value);
      if (total === null || Number.isNaN(total)) delete extra.declared_total;
      else extra.declared_total = total;
      keep();
      refresh();
    });

    /* The first finding that holds the sheet back, with the field to fill. */
    const unanswered = () => {
      refresh();
      const hard = hits.find((hit) => hit.severity === "hard");
      if (hard) return { text: w("hard"), field: list.querySelector(".notice--error") };
      if (Number.isNaN(count(declared.value))) return { text: w("not_a_count"), field: declared };
      const names = hits.map(nameOf);
      extra.reasons = Object.fromEntries(Object.entries(extra.reasons).filter(([name, why]) => names.includes(name) && why.trim()));
      const open = names.find((name) => !extra.reasons[name]);
      return open ? { text: w("asks_needed"), field: list.querySelector(`[data-hit="${CSS.escape(open)}"] input`) } : null;
    };

    return { element, refresh, unanswered };
  };

  return { panel, hitsOf };
})();
