/* What the rules say of the form of one unit, beside each cell while it is typed. The server asks again. */
"use strict";

(() => {
  const form = document.querySelector("form[data-entry]");
  const data = document.getElementById("rule-book");
  if (!form || !data) return;
  const { evaluate, message, readCount } = globalThis.entryRules;
  const book = JSON.parse(data.textContent);
  const rules = new Map(book.rules.map((rule) => [rule.code, rule]));
  const inputs = new Map(
    Object.entries(book.ids).map(([key, id]) => [key, document.getElementById(`cell-${id}`)]),
  );
  const declared = document.getElementById("declared");
  const whole = document.createElement("p");
  whole.className = "entry-warning entry-warning--whole";
  form.querySelector(".entry-send").before(whole);

  const placeOf = (cell) => {
    for (const [key, input] of inputs) {
      if (cell !== "" && (key === cell || key.startsWith(`${cell}|`))) return input;
    }
    return null;
  };
  const say = (place, words) => {
    if (!place) {
      whole.textContent = `${whole.textContent} ${words}`.trim();
      return;
    }
    const line = document.createElement("span");
    line.className = "entry-warning";
    line.dataset.live = "";
    line.textContent = words;
    place.closest("td").append(line);
  };

  const judge = () => {
    for (const line of form.querySelectorAll(".entry-warning[data-live]")) line.remove();
    whole.textContent = "";
    const counts = {};
    for (const [key, input] of inputs) {
      const number = input ? readCount(input.value) : 0;
      // What cannot be read is marked by the form itself.
      counts[key] = number ?? 0;
    }
    const context = { ...book.context, declared: readCount(declared?.value ?? "") ?? null };
    for (const hit of evaluate(book.rules, book.sheet, context, counts)) {
      say(placeOf(hit.cell), message(rules.get(hit.rule), hit.observed));
    }
  };

  let timer = null;
  form.addEventListener("input", () => {
    // What the server said of the counts before is no longer about these.
    for (const line of form.querySelectorAll("td .entry-warning:not([data-live])")) line.remove();
    clearTimeout(timer);
    timer = setTimeout(judge, 150);
  });
})();
