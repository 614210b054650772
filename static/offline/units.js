/* The units of a campaign on one day, each with the state of its sheet; and the campaigns kept on this device. */
"use strict";

abhiyan.units = (() => {
  const { dom } = abhiyan;
  const { w, h, pill, number, local, longDay, shortDay, instant } = dom;
  let filter = { show: "all", text: "" };

  const isDone = (state) => ["waiting", "sent", "accepted"].includes(state);

  const draw = (model, day, go) => {
    const { kit } = model;
    const rows = kit.units.map((unit) => ({ unit, found: model.of(unit.code, day) }));
    const done = rows.filter(({ found }) => isDone(found.state)).length;
    const known = kit.days.find((one) => one.day === day);
    const list = h("ul", { class: "unit-list device-units" });
    const fill = () => {
      const text = filter.text.trim().toLowerCase();
      const fits = rows.filter(
        ({ unit, found }) =>
          (filter.show === "all" || !isDone(found.state)) &&
          (!text || [unit.code, unit.name.en, unit.name.hi].some((one) => one.toLowerCase().includes(text))),
      );
      list.replaceChildren(
        ...fits.map(({ unit, found }) => {
          const report = kit.reports[unit.code]?.[day];
          return h("li", {}, h("a", { href: go.address(day, unit.code), "data-unit": unit.code }, h("span", { class: "unit-list__name" }, h("strong", {}, local(unit.name)), " ", h("span", { class: "small muted" }, `${local(unit.place)} · ${unit.code}`)), h("span", { class: "unit-list__state" }, pill(found.state), report?.late ? h("span", { class: "pill pill--bad" }, w("late")) : null, report?.review ? h("span", { class: "pill" }, w(report.review)) : null)));
        }),
      );
      if (!fits.length) list.append(h("li", {}, h("p", {}, kit.units.length ? w("nothing_fits") : w("no_units"))));
    };
    const search = h("input", { type: "search", id: "q", value: filter.text, oninput: () => { filter.text = search.value; fill(); } });
    const show = h("select", { id: "show", onchange: () => { filter.show = show.value; fill(); } }, [["all", w("show_all")], ["open", w("show_open")]].map(([value, words]) => h("option", { value }, words)));
    show.value = filter.show;
    const pick = h("select", { id: "day", onchange: () => go.to(go.address(pick.value)) }, [...kit.days].reverse().map((one) => h("option", { value: one.day }, shortDay(one.day))));
    pick.value = day;
    fill();
    return [
      h("p", { class: "small" }, local(kit.name)),
      kit.simulated ? h("p", { class: "pill" }, w("simulated")) : null,
      h("h1", {}, longDay(day)),
      h("p", { class: "row" }, known && !known.working ? h("span", { class: "pill" }, w("not_working")) : null, h("span", {}, w("progress", { done: number(done), all: number(rows.length) }))),
      h("p", {}, h("progress", { max: String(rows.length || 1), value: done, "aria-label": w("progress", { done: number(done), all: number(rows.length) }) })),
      h("div", { class: "card device-filters" }, h("div", { class: "field" }, h("label", { for: "day" }, w("day")), pick), h("div", { class: "field" }, h("label", { for: "show" }, w("show")), show), h("div", { class: "field" }, h("label", { for: "q" }, w("search")), search)),
      kit.left_out > 0 ? h("p", { class: "notice notice--warning" }, w("left_out", { number: number(kit.units.length) })) : null,
      h("section", { class: "card", "aria-label": w("units") }, list),
      h("p", { class: "small muted" }, w("kept_from", { when: instant(kit.made_at) }), " ", h("a", { href: "#/" }, w("my_campaigns"))),
    ];
  };

  const home = (kits, go) => [
    h("h1", {}, w("my_campaigns")),
    kits.length
      ? h("ul", { class: "card unit-list device-units" }, kits.map((kit) => h("li", {}, h("a", { href: `#/${kit.slug}` }, h("strong", {}, local(kit.name)), h("span", { class: "small" }, w("kept_from", { when: instant(kit.made_at) }))))))
      : h("p", { class: "notice" }, w("no_campaigns")),
    h("p", {}, h("a", { class: "button button--quiet", href: "/campaigns/" }, w("my_work"))),
  ];

  return { draw, home, isDone };
})();
