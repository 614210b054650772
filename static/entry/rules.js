/* The rules of a day's sheet, in the browser: the same facts, operations and list as campaigns/rules in Python.

   globalThis.entryRules = { evaluate(rules, sheet, context, counts), message(rule, observed), isCount, readCount }

   rules, sheet and context are the JSON that the pages carry; counts is {cell key: number}. evaluate answers a list
   of {rule, severity, cell, observed}. tests/campaigns/rules/vectors.json holds both sides to the same answers. */
"use strict";

globalThis.entryRules = (() => {
  const LARGEST_COUNT = 999999999;
  const LEAST_SPREAD = 0.05;
  const LEAST_COMPANIONS = 2;
  const Z = 0.6745;

  const isCount = (value) => Number.isInteger(value) && value >= 0 && value <= LARGEST_COUNT;

  const known = (compare) => (one, other) => one !== null && other !== null && compare(one, other);
  const OPERATIONS = {
    not: (one) => !one,
    known: (one) => one !== null,
    is_count: isCount,
    ">": known((one, other) => one > other),
    ">=": known((one, other) => one >= other),
    "<": known((one, other) => one < other),
    "<=": known((one, other) => one <= other),
    "=": known((one, other) => one === other),
    "!=": known((one, other) => one !== other),
    "*": (one, other) => (one === null || other === null ? null : one * other),
  };

  const valueOf = (expression, observed, thresholds) => {
    if (typeof expression === "string") {
      if (expression[0] === "@") return thresholds[expression.slice(1)];
      return observed[expression];
    }
    if (!Array.isArray(expression)) return expression;
    const [operation, ...operands] = expression;
    const of = (operand) => valueOf(operand, observed, thresholds);
    if (operation === "and") return operands.every(of);
    if (operation === "or") return operands.some(of);
    return OPERATIONS[operation](...operands.map(of));
  };

  const median = (numbers) => {
    const ranked = [...numbers].sort((one, other) => one - other);
    const middle = Math.floor(ranked.length / 2);
    return ranked.length % 2 ? ranked[middle] : (ranked[middle - 1] + ranked[middle]) / 2;
  };

  const itemCode = (key) => key.split("|")[0];
  const numberOf = (counts, key) => (typeof counts[key] === "number" ? counts[key] : 0);
  const sum = (counts, keys) => keys.reduce((total, key) => total + numberOf(counts, key), 0);
  const keysOf = (keys, ...codes) => keys.filter((key) => codes.includes(itemCode(key)));

  /* What follows from the sheet alone, once per sheet. */
  const looked = new WeakMap();
  const lookAt = (sheet) => {
    if (looked.has(sheet)) return looked.get(sheet);
    const items = new Map(sheet.items.map((item) => [item.code, item]));
    const kind = (key) => (items.has(itemCode(key)) ? items.get(itemCode(key)).kind : "");
    const doseCells = sheet.cells.filter((key) => kind(key) === "dose");
    const persons = sheet.cells.filter((key) => kind(key) === "person");
    const companions = new Map(
      doseCells.map((key) => [
        key,
        [...doseCells.filter((other) => other !== key && itemCode(other) === itemCode(key)), ...persons],
      ]),
    );
    const found = { doseCells, companions, known: new Set(sheet.cells) };
    looked.set(sheet, found);
    return found;
  };

  const SCOPES = {
    entry: (sheet, context, counts) => {
      const { known } = lookAt(sheet);
      return Object.keys(counts).map((key) => [key, { value: counts[key], known: known.has(key) }]);
    },

    sheet: (sheet, context, counts) => {
      const { doseCells } = lookAt(sheet);
      const doses = sum(counts, doseCells);
      const counted = doseCells.length ? doses : sum(counts, sheet.cells);
      const codes = sheet.items.filter((item) => item.kind === "session").map((item) => item.code);
      const sessions = keysOf(sheet.cells, ...codes);
      const declared = context.declared ?? null;
      return [
        [
          "",
          {
            open: context.open ?? true,
            working_day: context.working_day ?? true,
            doses,
            sessions: sessions.length ? sum(counts, sessions) : null,
            declared,
            counted,
            difference: declared === null ? null : Math.abs(counted - declared),
          },
        ],
      ];
    },

    pair: (sheet, context, counts) => {
      const toDate = context.to_date ?? {};
      const doses = sheet.items.filter((item) => item.kind === "dose" && item.dose);
      const found = [];
      for (const item of doses) {
        const before = doses.findLast((one) => one.antigen === item.antigen && one.dose === item.dose - 1);
        if (!before) continue;
        const today = sum(counts, keysOf(sheet.cells, item.code));
        found.push([
          item.code,
          {
            today,
            later: today + sum(toDate, keysOf(Object.keys(toDate), item.code)),
            earlier:
              sum(counts, keysOf(sheet.cells, before.code)) +
              sum(toDate, keysOf(Object.keys(toDate), before.code)),
          },
        ]);
      }
      return found;
    },

    reach: (sheet, context, counts) => {
      const toDate = context.to_date ?? {};
      const targets = context.targets ?? {};
      const found = [];
      for (const item of sheet.items) {
        if (item.kind !== "dose" || !item.dose) continue;
        const cells = keysOf(sheet.cells, item.code);
        for (const cohort of new Set(cells.map((key) => key.split("|")[1]))) {
          const aims = (cohort ? [cohort] : item.cohorts).filter((one) => one in targets);
          if (!aims.length) continue;
          const start = `${item.code}|${cohort}|`;
          const before = sum(toDate, Object.keys(toDate).filter((key) => key.startsWith(start)));
          const today = sum(counts, cells.filter((key) => key.startsWith(start)));
          found.push([
            start.slice(0, -1),
            { before, after: before + today, target: aims.reduce((total, one) => total + targets[one], 0) },
          ]);
        }
      }
      return found;
    },

    stock: (sheet, context, counts) => {
      const held = context.stock ?? {};
      const doses = new Map();
      for (const key of lookAt(sheet).doseCells) {
        const vaccine = key.split("|")[2] || sheet.vaccine;
        doses.set(vaccine, (doses.get(vaccine) ?? 0) + numberOf(counts, key));
      }
      return [...doses]
        .filter(([vaccine]) => vaccine in held)
        .map(([vaccine, number]) => [vaccine, { doses: number, usable: held[vaccine] }]);
    },

    split: (sheet, context, counts) => {
      const doses = sheet.items.filter((item) => item.kind === "dose");
      const first = doses.filter((item) => item.dose === 1).map((item) => item.code);
      if (!first.length) return [];
      return sheet.items
        .filter((item) => item.kind === "person" && item.is_split)
        .map((item) => [
          item.code,
          {
            parts: sum(counts, keysOf(sheet.cells, item.code)),
            first: sum(counts, keysOf(sheet.cells, ...first)),
            all: sum(counts, lookAt(sheet).doseCells),
          },
        ]);
    },

    cell: (sheet, context, counts) => {
      const usual = context.usual ?? {};
      const { doseCells, companions } = lookAt(sheet);
      const above = new Map();
      for (const key of Object.keys(usual)) {
        const number = numberOf(counts, key);
        if (number > 0) above.set(key, Math.log(number) - usual[key][0]);
      }
      const found = [];
      for (const key of doseCells) {
        if (!above.has(key)) continue;
        // Of a cell with few days only the largest is known: no spread, and no company for others either.
        let [, spread = 0, offset = null, offsetSpread] = usual[key];
        let standsOut = above.get(key);
        const company = companions.get(key).filter((other) => above.has(other) && usual[other].length > 1);
        const beside = company.map((other) => above.get(other));
        const guided = offset !== null && beside.length >= LEAST_COMPANIONS;
        if (guided && offsetSpread <= spread) {
          standsOut = standsOut - median(beside) - offset;
          spread = offsetSpread;
        }
        const number = numberOf(counts, key);
        const ratio = Math.exp(standsOut);
        found.push([
          key,
          {
            value: number,
            expected: Math.floor(number / ratio + 0.5),
            ratio,
            guided,
            z: (Z * standsOut) / Math.max(spread, LEAST_SPREAD),
          },
        ]);
      }
      return found;
    },
  };

  const evaluate = (rules, sheet, context, counts) => {
    const facts = {};
    const hits = [];
    for (const rule of rules) {
      if (rule.severity === "off") continue;
      facts[rule.scope] ??= SCOPES[rule.scope](sheet, context, counts);
      for (const [cell, observed] of facts[rule.scope]) {
        if (valueOf(rule.when, observed, rule.thresholds)) {
          hits.push({ rule: rule.code, severity: rule.severity, cell, observed });
        }
      }
    }
    return hits;
  };

  const language = globalThis.document?.documentElement.lang === "hi" ? "hi-IN-u-nu-latn" : "en-IN";
  const numbers = new Intl.NumberFormat(language);
  const message = (rule, observed) =>
    rule.message.replace(/%\((\w+)\)s/g, (_all, name) =>
      typeof observed[name] === "number" ? numbers.format(observed[name]) : String(observed[name]),
    );

  /* What somebody typed: a number, null for an empty field, undefined for what is no count. */
  const readCount = (text) => {
    const digits = text
      .trim()
      .replace(/[\s,\u00a0]/g, "")
      .replace(/[\u0966-\u096f]/g, (digit) => String(digit.charCodeAt(0) - 0x0966));
    if (digits === "") return null;
    return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
  };

  return { evaluate, message, isCount, readCount };
})();
