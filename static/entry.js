/* Running totals of the entry form, and one submission per press. The form works the same without this file. */
"use strict";

(() => {
  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  const inputs = [...form.querySelectorAll("input[data-item]")];
  const totals = [...form.querySelectorAll("[data-total]")];
  const language = document.documentElement.lang === "hi" ? "hi-IN-u-nu-latn" : "en-IN";
  const numbers = new Intl.NumberFormat(language);
  const DEVANAGARI_ZERO = 0x0966;

  // null: not a whole number, which the server will name; it is left out of the total.
  const count = (text) => {
    const digits = text
      .trim()
      .replace(/,/g, "")
      .replace(/[\u0966-\u096f]/g, (digit) => String(digit.charCodeAt(0) - DEVANAGARI_ZERO));
    if (digits === "") return 0;
    return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
  };

  const refresh = () => {
    for (const total of totals) {
      const own = inputs.filter((input) => input.dataset.item === total.dataset.total);
      const counts = own.map((input) => count(input.value));
      total.textContent = "Σ " + numbers.format(counts.reduce((sum, one) => sum + (one ?? 0), 0));
      total.hidden = false;
    }
  };

  for (const input of inputs) {
    input.addEventListener("input", () => {
      if (input.value.trim() === "" || count(input.value) !== null) input.removeAttribute("aria-invalid");
      refresh();
    });
    input.addEventListener("focus", () => input.select());
    // Enter goes to the next count, as the key on a phone says; it never sends a half-filled sheet.
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const next = inputs[inputs.indexOf(input) + 1];
      if (next) next.focus();
      else form.querySelector(".entry-send button, .entry-send input").focus();
    });
  }

  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // Coming back with the Back button shows the form as it was left: it may be sent again.
  window.addEventListener("pageshow", () => {
    sent = false;
    refresh();
  });
})();
