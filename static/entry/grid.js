/* The grid of many units: moving with the keyboard, pasting a block, running totals, warnings as one types, drafts.
   The form works the same without this file. */
"use strict";

(() => {
  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const { evaluate, message, readCount } = globalThis.entryRules;
  const book = JSON.parse(document.getElementById("rule-book").textContent);
  const rulesByCode = new Map(book.rules.map((rule) => [rule.code, rule]));
  const keyOf = new Map(Object.entries(book.ids).map(([key, id]) => [String(id), key]));
  const doses = new Set(
    book.sheet.items.filter((item) => item.kind === "dose").map((item) => item.code),
  );
  const numbers = new Intl.NumberFormat(document.documentElement.lang === "hi" ? "hi-IN-u-nu-latn" : "en-IN");
  const panel = form.querySelector("[data-panel]");
  const said = form.querySelector("[data-said]");
  const lost = form.querySelector("[data-lost]");
  const AUTOSAVE_MS = 4000;

  const isDose = (key) => doses.has(key.split("|")[0]);
  const columnOf = (input) => input.name.split("-")[1];
  const rows = [...form.querySelectorAll("tr[data-unit]")].map((line) => ({
    line,
    unit: line.dataset.unit,
    inputs: [...line.querySelectorAll('td > input[name^="c"]')],
    declared: line.querySelector('td > input[name^="d"]'),
    total: line.querySelector("output"),
    flag: line.querySelector(".grid__flag"),
    words: new Map(),
  }));
  const rowOf = new Map(rows.map((row) => [row.line, row]));
  const foot = form.querySelector("tr[data-totals]");
  const footOutputs = [...foot.querySelectorAll("output")];
  const columnSums = rows.length ? rows[0].inputs.map(() => 0) : [];
  let contexts = null;

  const all = (row) => [...row.inputs, row.declared];
  /* A row that came back, or shows a draft, is not what stands although nobody has touched it here. */
  const isChanged = (row) =>
    row.line.hasAttribute("data-typed") || all(row).some((input) => input.value.trim() !== input.defaultValue);

  /* -- totals: only what changed is added anew ------------------------------------------------- */

  const counted = new WeakMap();
  const count = (input, column) => {
    const number = readCount(input.value) ?? 0;
    columnSums[column] += number - (counted.get(input) ?? 0);
    counted.set(input, number);
    return number;
  };
  const addUp = (row) => {
    let sum = 0;
    row.inputs.forEach((input, column) => {
      const number = count(input, column);
      if (isDose(keyOf.get(columnOf(input)))) sum += number;
    });
    row.total.textContent = numbers.format(sum);
    row.sum = sum;
  };
  const showFoot = () => {
    foot.hidden = false;
    columnSums.forEach((sum, column) => (footOutputs[column].textContent = numbers.format(sum)));
    footOutputs.at(-1).textContent = numbers.format(rows.reduce((total, row) => total + row.sum, 0));
  };

  /* -- rules ------------------------------------------------------------------------------------ */

  const countsOf = (row) => {
    const counts = { ...(contexts?.[row.unit]?.standing ?? {}) };
    for (const input of row.inputs) {
      const number = readCount(input.value);
      counts[keyOf.get(columnOf(input))] = number === undefined ? input.value : (number ?? 0);
    }
    return counts;
  };
  const judge = (row) => {
    row.words.clear();
    const told = [];
    if (contexts?.[row.unit] && isChanged(row)) {
      const declared = readCount(row.declared.value) ?? null;
      const context = { ...contexts[row.unit], declared };
      for (const hit of evaluate(book.rules, book.sheet, context, countsOf(row))) {
        const words = message(rulesByCode.get(hit.rule), hit.observed);
        const at = row.inputs.find((input) => {
          const key = keyOf.get(columnOf(input));
          return hit.cell !== "" && (key === hit.cell || key.startsWith(`${hit.cell}|`));
        });
        if (at) row.words.set(at, [...(row.words.get(at) ?? []), words]);
        told.push(words);
      }
    }
    for (const input of row.inputs) input.classList.toggle("is-unusual", row.words.has(input));
    row.flag.textContent = told.join(" ");
    row.flag.hidden = told.length === 0;
  };

  const refresh = (row) => {
    addUp(row);
    row.line.toggleAttribute("data-changed", isChanged(row));
    for (const input of all(row)) {
      if (readCount(input.value) === undefined && input.value !== input.defaultValue) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    judge(row);
  };

  /* -- the panel: what is known of the cell in hand --------------------------------------------- */

  const tellOf = (input) => {
    const row = rowOf.get(input.closest("tr"));
    const names = input.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id));
    const title = document.createElement("p");
    const unit = names[0].querySelector("a")?.textContent ?? "";
    title.textContent = [unit, names[1].textContent.trim(), input.nextElementSibling?.matches("small") ? input.nextElementSibling.textContent : ""]
      .filter(Boolean)
      .join(" · ");
    panel.replaceChildren(title);
    for (const words of row.words.get(input) ?? []) {
      const line = document.createElement("p");
      line.textContent = `${panel.dataset.checkedWords}: ${words}`;
      panel.append(line);
    }
    if (contexts?.[row.unit] && input.name.startsWith("c") && row.line.querySelector(".pill--good")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button--quiet button--small";
      button.textContent = panel.dataset.historyWords;
      button.addEventListener("click", async () => {
        const address = `${form.dataset.history}&unit=${row.unit}&cell=${columnOf(input)}`;
        const response = await fetch(address, { credentials: "same-origin" });
        if (!response.ok) return;
        const found = new DOMParser().parseFromString(await response.text(), "text/html");
        panel.replaceChildren(...found.body.childNodes);
      });
      panel.append(button);
    }
    panel.hidden = false;
  };

  /* -- keyboard ---------------------------------------------------------------------------------- */

  const go = (row, column) => {
    const target = rows[row] && all(rows[row])[column];
    if (!target) return false;
    target.focus();
    return true;
  };
  const onKey = (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.closest("tr[data-unit]")) return;
    const row = rows.indexOf(rowOf.get(input.closest("tr")));
    const column = all(rows[row]).indexOf(input);
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const atStart = whole || input.selectionEnd === 0;
    const atEnd = whole || input.selectionStart === input.value.length;
    let moved = null;
    if (event.key === "ArrowUp") moved = go(row - 1, column);
    else if (event.key === "ArrowDown") moved = go(row + 1, column);
    else if (event.key === "Enter") {
      moved = true;
      // Enter goes down the column and never sends a half-filled grid.
      if (!go(row + (event.shiftKey ? -1 : 1), column)) go(0, column + 1);
    } else if (event.key === "ArrowLeft" && atStart) moved = go(row, column - 1);
    else if (event.key === "ArrowRight" && atEnd) moved = go(row, column + 1);
    if (moved !== null) event.preventDefault();
  };

  /* -- pasting a block ------------------------------------------------------------------------------ */

  const onPaste = (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.closest("tr[data-unit]")) return;
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    const block = text.split("\n").map((line) => line.split("\t"));
    const first = rows.indexOf(rowOf.get(input.closest("tr")));
    const left = all(rows[first]).indexOf(input);
    let homeless = 0;
    block.forEach((line, down) => {
      const row = rows[first + down];
      line.forEach((value, right) => {
        const target = row && all(row)[left + right];
        if (target && !target.readOnly) target.value = value.trim();
        else if (value.trim()) homeless += 1;
      });
      if (row) refresh(row);
    });
    // Whoever pastes seven lines over four would go home believing that all seven are sent.
    lost.textContent = lost.dataset.words.replace("{count}", numbers.format(homeless));
    lost.hidden = !homeless;
    showFoot();
    soon();
  };

  /* -- drafts ---------------------------------------------------------------------------------------- */

  const touched = new Set();
  let timer = null;
  let sent = false;
  const save = async () => {
    timer = null;
    if (sent || !touched.size) return;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("draft", "1");
    data.set("units", [...touched].map((row) => row.unit).join(","));
    for (const row of touched) {
      for (const input of row.line.querySelectorAll("input")) data.set(input.name, input.value);
    }
    touched.clear();
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: data,
        credentials: "same-origin",
        headers: { "X-Requested-With": "fetch" },
      });
      if (response.ok && !response.redirected) said.textContent = panel.dataset.savedWords;
    } catch {
      said.textContent = "";
    }
  };
  const soon = () => {
    for (const row of rows) if (isChanged(row)) touched.add(row);
    said.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(save, AUTOSAVE_MS);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer !== null) {
      clearTimeout(timer);
      save();
    }
  });

  form.addEventListener("input", (event) => {
    const line = event.target.closest("tr[data-unit]");
    if (!line) return;
    const row = rowOf.get(line);
    refresh(row);
    showFoot();
    touched.add(row);
    soon();
    if (row.words.has(event.target)) tellOf(event.target);
  });
  form.addEventListener("focusin", (event) => {
    if (!(event.target instanceof HTMLInputElement) || !event.target.closest("tr[data-unit]")) return;
    event.target.select();
    tellOf(event.target);
  });
  form.addEventListener("keydown", onKey);
  form.addEventListener("paste", onPaste);
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    clearTimeout(timer);
  });
  window.addEventListener("pageshow", () => {
    sent = false;
    for (const row of rows) refresh(row);
    showFoot();
  });

  /* What the rules must know of the units comes when the page stands: the page itself need not wait for it. */
  fetch(form.dataset.context, { credentials: "same-origin" })
    .then((response) => (response.ok ? response.json() : null))
    .then((answer) => {
      contexts = answer?.units ?? null;
      for (const row of rows) if (isChanged(row)) judge(row);
      form.toggleAttribute("data-checked", contexts !== null);
    })
    .catch(() => {});
})();
