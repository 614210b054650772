/* One unit's sheet of one day: large fields, large number keys, a draft kept with every key. */
"use strict";

abhiyan.sheet = (() => {
  const { store, queue, dom, checks } = abhiyan;
  const { w, h, pill, number, local, longDay, instant, count, dayAfter } = dom;
  const NIL_HOLD = 5_000;

  const median = (values) => {
    const ranked = [...values].sort((one, other) => one - other);
    const middle = ranked.length >> 1;
    return ranked.length % 2 ? ranked[middle] : Math.floor((ranked[middle - 1] + ranked[middle]) / 2);
  };

  /* {cell key: count} of what stands, or null: no report. */
  const standing = (kit, code, day) => {
    const report = kit.reports[code]?.[day];
    if (!report?.version) return null;
    return Object.fromEntries(kit.cells.map((cell, place) => [cell.key, report.counts[place] ?? 0]));
  };

  /* What helps to see a slip: the day before, and the middle of the reported ones among the seven before. */
  const beside = (kit, code, day) => {
    const before = [...Array(7).keys()].map((back) => standing(kit, code, dayAfter(day, -1 - back)));
    const reported = before.filter(Boolean);
    return (key) => {
      const yesterday = before[0] ? number(before[0][key]) : w("no_report");
      const parts = [`${w("day_before")}: ${yesterday}`];
      if (reported.length > 1) parts.push(`${w("median")}: ${number(median(reported.map((one) => one[key])))}`);
      return parts.join(" · ");
    };
  };

  const whyClosed = (kit, unit, day, report) => {
    const known = kit.days.find((one) => one.day === day);
    if (known && local(known.closed)) return local(known.closed);
    if (unit.from && day < unit.from) return w("unit_not_yet", { day: longDay(unit.from) });
    if (unit.until && day >= unit.until) return w("unit_ended", { day: longDay(unit.until) });
    if (report?.review === "verified" && kit.locked) return w("locked");
    return "";
  };

  /* What is on the page now, and what is kept of it with every key. */
  class Typed {
    constructor(model, unit, day, found) {
      const { kit } = model;
      const report = kit.reports[unit.code]?.[day];
      const from = found.draft || (found.item?.problem ? found.item : null);
      const stands = standing(kit, unit.code, day);
      this.sheet = { user: model.user, slug: kit.slug, unit: unit.code, day };
      this.kit = kit;
      this.base = from ? from.base : (report?.version ?? 0);
      this.before = from ? from.before : (stands ?? {});
      this.texts = from ? { ...from.texts } : {};
      if (!from && stands) for (const [key, value] of Object.entries(stands)) this.texts[key] = String(value);
      this.reason = from?.reason ?? "";
      this.declared = report?.declared ?? null;
      this.extra = structuredClone(from?.extra ?? (this.declared === null ? {} : { declared_total: this.declared }));
      this.overtaken = from?.overtaken ?? null;
      // What is on its way may have arrived: then this corrects it.
      this.follows = found.item?.state === "sent";
      this.isReturned = report?.review === "returned";
    }

    get counts() {
      const read = this.kit.cells.map((cell) => [cell.key, count(this.texts[cell.key] ?? "")]);
      return Object.fromEntries(read.filter(([, value]) => value !== null));
    }

    get wrong() {
      return Object.entries(this.counts).filter(([, value]) => Number.isNaN(value)).map(([key]) => key);
    }

    get isCorrection() {
      return this.base > 0 || this.follows;
    }

    get isUnchanged() {
      const total = this.extra.declared_total;
      return this.base > 0 && queue.same(this.counts, this.before) && (total === undefined || total === this.declared);
    }

    keep() {
      const { texts, base, before, reason, extra, overtaken } = this;
      return store.put("drafts", {
        ...this.sheet,
        ...{ texts, base, before, reason, extra, overtaken },
        updated_at: new Date().toISOString(),
      });
    }

    report(values = {}) {
      const { texts, base, before, reason, extra, overtaken, counts } = this;
      return { ...this.sheet, texts, base, before, reason, extra, overtaken, counts, nil: false, ...values };
    }
  }

  /* A fault where the page can say what to do about it. */
  const keepDraft = (typed) =>
    typed.keep().catch(() => document.getElementById("line").replaceChildren(h("strong", {}, w("not_kept"))));

  const fields = (model, unit, day, typed, changed) => {
    const { kit } = model;
    const says = beside(kit, unit.code, day);
    const list = h("div", { class: "cells" });
    let section = null;
    let item = null;
    kit.cells.forEach((cell, place) => {
      if (cell.item !== item) {
        item = cell.item;
        const split = kit.cells.filter((one) => one.item === item).length > 1;
        const total = split ? h("span", { class: "cells__total", "data-total": item }) : null;
        section = h("section", {}, h("h2", {}, local(cell.name), total));
        list.append(section);
      }
      const id = `cell-${place}`;
      const input = h("input", {
        id,
        type: "text",
        autocomplete: "off",
        maxlength: "15",
        inputmode: dom.isPhone() ? "none" : "numeric",
        enterkeyhint: "next",
        "data-key": cell.key,
        "data-item": cell.item,
        "aria-describedby": `${id}-before ${id}-fault`,
        "aria-label": [local(cell.name), local(cell.part)].filter(Boolean).join(", "),
        value: typed.texts[cell.key] ?? "",
        oninput: () => changed(input),
      });
      const part = local(cell.part) || local(cell.name);
      const before = h("span", { class: "cell__before", id: `${id}-before` }, says(cell.key));
      const fault = h("span", { class: "errorlist", id: `${id}-fault` });
      section.append(h("div", { class: "cell" }, h("label", { for: id }, part, before, fault), input));
    });
    return list;
  };

  const inputsOf = (root) => [...root.querySelectorAll("input[data-key]")];

  /* Digits without the keyboard of the system, which hides half of a small screen. */
  const keypad = (root, whenDone) => {
    let field = null;
    let isFresh = false;
    const type = (digit) => {
      if (!field) return;
      field.value = isFresh ? digit : (field.value + digit).slice(0, 9);
      isFresh = false;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const erase = () => {
      if (!field) return;
      field.value = isFresh ? "" : field.value.slice(0, -1);
      isFresh = false;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const step = (by) => {
      const inputs = inputsOf(root);
      const to = inputs[inputs.indexOf(field) + by];
      if (to) to.focus();
      else if (by > 0) whenDone();
    };
    const key = (name, label, act, text = label) =>
      // The field keeps the focus: a key must not take it, or a reader would speak of the key each time.
      h("button", { type: "button", class: `key key--${name}`, "aria-label": label, onpointerdown: (event) => event.preventDefault(), onclick: act }, text);
    const digits = [..."123456789", "0"].map((digit) => key(`d${digit}`, digit, () => type(digit)));
    const pad = h(
      "div",
      { class: "keypad", role: "group", "aria-label": w("keypad"), hidden: true },
      digits,
      key("erase", w("erase"), erase, "⌫"),
      key("back", w("previous"), () => step(-1), "↑"),
      key("next", w("next"), () => step(1)),
      key("done", w("done"), () => whenDone()),
    );
    root.addEventListener("focusin", (event) => {
      // A tap on a button must find it where it was: the keys stay until another field or "Done" is chosen.
      if (!event.target.matches("input")) return;
      const isCell = event.target.matches("input[data-key]");
      pad.hidden = !isCell || !dom.isPhone();
      document.body.classList.toggle("has-keypad", !pad.hidden);
      if (!isCell) return;
      field = event.target;
      isFresh = true;
      field.select();
      field.closest(".cell").scrollIntoView({ block: "nearest" });
    });
    root.addEventListener("input", (event) => {
      if (event.isTrusted) isFresh = false;
    });
    root.addEventListener("keydown", (event) => {
      if (!event.target.matches("input[data-key]")) return;
      const by = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      step(by);
    });
    return pad;
  };

  const refresh = (root, typed) => {
    const inputs = inputsOf(root);
    for (const total of root.querySelectorAll("[data-total]")) {
      const own = inputs.filter((input) => input.dataset.item === total.dataset.total);
      const sum = own.reduce((all, input) => all + (count(input.value) || 0), 0);
      total.textContent = `${w("total")} ${number(sum)}`;
    }
    const filled = inputs.filter((input) => input.value.trim() !== "").length;
    const progress = root.querySelector("progress");
    progress.max = inputs.length;
    progress.value = filled;
    root.querySelector(".sheet__filled").textContent = w("cell_of", { number: number(filled), all: number(inputs.length) });
    for (const input of inputs) {
      const isWrong = Number.isNaN(count(input.value));
      input.toggleAttribute("aria-invalid", isWrong);
      if (isWrong) input.setAttribute("aria-invalid", "true");
      root.querySelector(`#${input.id}-fault`).textContent = isWrong ? w("not_a_count") : "";
    }
    root.querySelector(".sheet__why").hidden = !typed.isCorrection || (typed.isUnchanged && !typed.isReturned);
  };

  const say = (root, text, focus) => {
    const place = root.querySelector(".sheet__problem");
    place.replaceChildren(text ? h("p", { class: "notice notice--error" }, text) : "");
    (focus || (text ? place : null))?.scrollIntoView({ block: "center" });
    focus?.focus();
  };

  /* The whole sheet with its send button. ``go`` leads on: go.sent(unit, id) after a report is queued. */
  const form = (model, unit, day, found, go) => {
    const typed = new Typed(model, unit, day, found);
    const root = h("div", { class: "sheet__form" });
    const asks = checks.panel(typed, () => {
      keepDraft(typed);
      if (root.isConnected) refresh(root, typed);
    });
    const changed = (input) => {
      typed.texts[input.dataset.key] = input.value;
      keepDraft(typed);
      if (!found.item) document.getElementById("state").replaceChildren(pill("draft"));
      refresh(root, typed);
      asks.refresh();
      say(root, "");
    };

    const reason = h("input", {
      id: "reason",
      type: "text",
      maxlength: "500",
      value: typed.reason,
      "aria-describedby": "reason-help",
      oninput: () => {
        typed.reason = reason.value;
        keepDraft(typed);
      },
    });
    const send = async () => {
      if (typed.wrong.length) {
        const first = inputsOf(root).find((input) => input.dataset.key === typed.wrong[0]);
        return say(root, w("not_a_count"), first);
      }
      if (!Object.keys(typed.counts).length) return say(root, w("nothing_filled"));
      // A returned day may be sent again as it is, with a reason why it is right.
      if (typed.isUnchanged && !typed.isReturned) return say(root, w("nothing_changed"));
      if (typed.isCorrection && !typed.reason.trim()) return say(root, w("reason_needed"), reason);
      const unanswered = asks.unanswered();
      if (unanswered) return say(root, unanswered.text, unanswered.field);
      const id = await queue.add(typed.report());
      return go.sent(unit, id, w("saved_here", { unit: local(unit.name) }));
    };
    const nil = async () => {
      if (typed.isCorrection && !typed.reason.trim()) {
        root.querySelector(".sheet__why").hidden = false;
        return say(root, w("reason_needed"), reason);
      }
      const id = await queue.add(typed.report({ counts: {}, nil: true, hold: Date.now() + NIL_HOLD, extra: { ...typed.extra, declared_total: undefined } }));
      return go.sent(unit, id, w("nil_here", { unit: local(unit.name) }));
    };
    const nilButton = h("button", { type: "button", class: "button button--quiet", "data-act": "nil", onclick: () => {
      if (Object.values(typed.counts).some((value) => value !== 0)) abhiyan.app.confirm(nilButton, w("nil_over_counts"), w("yes_nil"), nil);
      else nil();
    } }, w("nil_short"));
    const sendButton = h("button", { type: "button", class: "button", "data-act": "send", onclick: send }, w(typed.isCorrection ? "send_correction" : "send"));

    root.append(
      h("div", { class: "sheet__progress" }, h("progress", { "aria-label": w("filled") }), h("span", { class: "sheet__filled" }), nilButton),
      fields(model, unit, day, typed, changed),
      h("p", { class: "small muted" }, w("blank_is_zero")),
      asks.element,
      h("div", { class: "field sheet__why", hidden: true }, h("label", { for: "reason" }, w("why_corrected")), reason, h("span", { class: "help", id: "reason-help" }, w("why_help"))),
      h("div", { class: "sheet__problem", role: "alert" }),
      h("div", { class: "sheet__send" }, sendButton),
    );
    root.append(keypad(root, () => {
      document.activeElement?.blur();
      root.querySelector(".keypad").hidden = true;
      document.body.classList.remove("has-keypad");
      sendButton.scrollIntoView({ block: "center" });
      sendButton.focus();
    }));
    refresh(root, typed);
    asks.refresh();
    return root;
  };

  const list = (kit, counts) => {
    const rows = kit.cells.filter((cell) => (counts[cell.key] ?? 0) !== 0);
    return h("ul", { class: "sent-counts" }, rows.map((cell) => h("li", {}, h("span", {}, [local(cell.name), local(cell.part)].filter(Boolean).join(", ")), h("strong", {}, number(counts[cell.key])))));
  };

  /* A day that may not be typed into: why, and what stands. */
  const fixed = (kit, closed, stands) => {
    if (!stands) return h("p", { class: "notice notice--warning" }, closed);
    const isNil = !Object.values(stands).some(Boolean);
    return h("div", {}, h("p", { class: "notice notice--warning" }, closed), h("div", { class: "card" }, isNil ? h("p", {}, w("nil")) : list(kit, stands)));
  };

  /* What is on its way is shown and not edited. */
  const onItsWay = (kit, item, go) => {
    const when = instant(item.sent_at || item.made_at);
    return h(
      "div",
      { class: "card" },
      h("p", {}, w(item.state === "sent" ? "is_sent" : "waits", { when })),
      item.nil ? h("p", {}, w("nil")) : null,
      list(kit, item.counts),
      h("button", { type: "button", class: "button button--quiet", "data-act": "change", onclick: () => go.change(item) }, w("change_it")),
    );
  };

  const refusal = (item, go) => {
    const { problem } = item;
    const removal = h("button", { type: "button", class: "button button--quiet button--small", onclick: () => abhiyan.app.confirm(removal, w("remove_sure"), w("yes_remove"), () => go.discard(item)) }, w("remove"));
    const details = problem.details.map((one) => one.message).filter(Boolean);
    return h(
      "div",
      { class: "notice notice--error", role: "alert" },
      h("p", {}, h("strong", {}, w("refused"))),
      h("ul", {}, (details.length ? details : [problem.message]).map((text) => h("li", {}, text))),
      h("p", {}, w("kept_editable")),
      h("p", {}, removal),
    );
  };

  const notes = (model, unit, day, found) => {
    const report = model.kit.reports[unit.code]?.[day];
    const shown = [];
    if (report?.review === "returned") shown.push(h("p", { class: "notice notice--warning" }, w("is_returned")));
    if (found.draft && report && report.version > found.draft.base) {
      shown.push(h("p", { class: "notice notice--warning" }, w("newer_version")));
    }
    if (!found.item && !found.draft && found.receipt && report?.version === found.receipt.version && found.receipt.recorded_at) {
      const when = instant(found.receipt.recorded_at);
      shown.push(h("p", { class: "notice notice--success" }, w("is_accepted", { version: report.version, when })));
    } else if (!found.item && !found.draft && report?.version) {
      shown.push(h("p", { class: "small" }, w("stands", { version: report.version })));
    }
    return shown;
  };

  const draw = (model, unit, day, go) => {
    const { kit } = model;
    const found = model.of(unit.code, day);
    const report = kit.reports[unit.code]?.[day];
    const units = kit.units;
    const at = units.findIndex((one) => one.code === unit.code);
    const neighbour = (by, name) => {
      const to = units[at + by];
      return to ? h("a", { class: "button button--quiet", href: go.address(day, to.code), "aria-label": `${w(name)}: ${local(to.name)}` }, by < 0 ? "‹" : "›") : h("span", { class: "device-gap" });
    };
    const closed = whyClosed(kit, unit, day, report);
    const isMoving = found.item && found.item.state !== "needs" && !found.draft;
    let body;
    if (found.item?.conflict) body = abhiyan.conflict.draw(model, unit, day, found.item, go);
    else if (isMoving) body = onItsWay(kit, found.item, go);
    else if (closed && !found.draft && !found.item) body = fixed(kit, closed, standing(kit, unit.code, day));
    else body = form(model, unit, day, found, go);
    return [
      h("div", { class: "sheet__head" }, neighbour(-1, "previous_unit"), h("div", {}, h("h1", {}, local(unit.name)), h("p", { class: "small" }, `${local(unit.place)} · ${unit.code} · ${longDay(day)}`)), neighbour(1, "next_unit")),
      h("p", { class: "row" }, h("span", { id: "state" }, pill(found.state)), report?.late ? h("span", { class: "pill pill--bad" }, w("late")) : null,
        h("a", { class: "small sheet__link", href: go.address(day) }, w("back_to_units")),
        h("a", { class: "small sheet__link sheet__link--online", href: `/campaigns/${kit.slug}/entry/${unit.code}/${day}/` }, w("full_page"))),
      closed && (found.draft || found.item) ? h("p", { class: "notice notice--warning" }, closed) : null,
      ...notes(model, unit, day, found),
      found.item?.problem ? refusal(found.item, go) : null,
      body,
    ];
  };

  const focusFirst = (root) => {
    if (!dom.isPhone()) return;
    const inputs = inputsOf(root);
    (inputs.find((input) => input.value === "") || inputs[0])?.focus({ preventScroll: true });
  };

  return { draw, focusFirst, standing };
})();
