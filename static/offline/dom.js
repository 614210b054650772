/* Drawing: elements, words, numbers and days, in the language of the page. */
"use strict";

self.abhiyan = self.abhiyan || {};

abhiyan.dom = (() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const isHindi = document.documentElement.lang === "hi";
  const language = isHindi ? "hi" : "en";
  const locale = isHindi ? "hi-IN-u-nu-latn" : "en-IN";
  const numbers = new Intl.NumberFormat("en-IN");
  const DEVANAGARI_ZERO = 0x0966;

  const w = (name, values = {}) =>
    words[name].replace(/\{(\w+)\}/g, (_, key) => (key in values ? values[key] : ""));
  const number = (value) => numbers.format(value);
  const local = (both) => both[language];

  /* h("p", {class: "x", onclick: f}, "text", element, …). Texts never become markup. */
  const h = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "value") element.value = value;
      else if (value === true) element.setAttribute(name, "");
      else element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  };

  const icon = (name) => {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "device-icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(space, "use");
    use.setAttribute("href", `#i-${name}`);
    svg.append(use);
    return svg;
  };

  const LOOK = { silent: "", draft: "", waiting: "warn", sent: "warn", accepted: "good", needs: "bad" };
  /* A state in words and with a sign, never by colour alone. */
  const pill = (state) =>
    h("span", { class: `pill device-state${LOOK[state] ? ` pill--${LOOK[state]}` : ""}`, "data-state": state }, icon(state), w(state));

  const noon = (day) => new Date(`${day}T12:00:00`);
  const dated = (options) => new Intl.DateTimeFormat(locale, options);
  const longDay = (day) => dated({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(noon(day));
  const shortDay = (day) => dated({ weekday: "short", day: "numeric", month: "short" }).format(noon(day));
  const instant = (iso) =>
    dated({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Kolkata" }).format(new Date(iso));

  /* "" is blank (null), a count is a number; anything else is NaN. Commas and Devanagari digits are read. */
  const count = (text) => {
    const digits = text
      .replace(/[\s,]/g, "")
      .replace(/[\u0966-\u096f]/g, (digit) => String(digit.charCodeAt(0) - DEVANAGARI_ZERO));
    if (digits === "") return null;
    return /^\d{1,9}$/.test(digits) ? Number(digits) : NaN;
  };

  const dayAfter = (day, days) => {
    const moved = new Date(`${day}T12:00:00Z`);
    moved.setUTCDate(moved.getUTCDate() + days);
    return moved.toISOString().slice(0, 10);
  };

  const isPhone = () => matchMedia("(max-width: 40rem), (pointer: coarse)").matches;

  return { w, h, icon, pill, number, local, longDay, shortDay, instant, count, dayAfter, isPhone };
})();
