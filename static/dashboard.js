/* Small comforts of the dashboards; every one of them works without this file too. */
"use strict";

(function () {
  const DAY = 24 * 60 * 60 * 1000;

  // The date beside the slider while it moves.
  document.addEventListener("input", function (event) {
    const slider = event.target;
    if (slider.id !== "day-slider") {
      return;
    }
    const day = new Date(Date.parse(slider.dataset.firstDay) + Number(slider.value) * DAY);
    const text = day.toLocaleDateString(document.documentElement.lang, {
      timeZone: "UTC", numberingSystem: "latn", day: "numeric", month: "short", year: "numeric",
    });
    document.getElementById("day-slider-day").textContent = text;
    slider.setAttribute("aria-valuetext", text);
  });

  // New figures must not take a half-typed word or an open table away from the reader.
  let waiting = false;
  let open = [];

  function isBusy() {
    const active = document.activeElement;
    return Boolean(active && active.closest("#dashboard") && active.matches("input, select, textarea"));
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target.id === "dashboard" && isBusy()) {
      event.preventDefault();
      waiting = true;
    }
  });

  document.addEventListener("focusout", function () {
    window.setTimeout(function () {
      if (waiting && !isBusy()) {
        waiting = false;
        window.htmx.trigger(document.body, "figures-changed");
      }
    });
  });

  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.target.id === "dashboard") {
      open = Array.from(document.querySelectorAll("#dashboard details[open]"), (one) => one.id).filter(Boolean);
    }
  });

  document.addEventListener("htmx:afterSwap", function () {
    for (const id of open.splice(0)) {
      const details = document.getElementById(id);
      if (details) {
        details.open = true;
      }
    }
  });
})();
