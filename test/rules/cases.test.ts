import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { charClasses } from "../../src/core/char-class.ts";
import { loadRules } from "../../src/inspect/rules/load.ts";
import { RuleSet } from "../../src/inspect/rules/rule-set.ts";
import { CASES } from "./cases.ts";

const rules = await loadRules(fileURLToPath(new URL("../../rules", import.meta.url)));
const set = new RuleSet(rules, 4);

it("every rule has cases, and a message and a tag that name the attack", () => {
  expect(rules.map(({ id }) => id.replace("lazaret/", "")).toSorted()).toEqual(Object.keys(CASES).toSorted());
  for (const [id, { hits, misses }] of Object.entries(CASES)) {
    expect([id, hits.length >= 2, misses.length >= 2]).toEqual([id, true, true]);
  }
  for (const { message, tags } of rules) expect([message.length > 3, tags.length > 1]).toEqual([true, true]);
});

describe.each(rules)("$id: $message", ({ id, conditions: [{ targets }] }) => {
  const matches = (value: string): boolean => {
    const target = targets.has("values") ? "values" : "keys";
    return set.matches(target, value, charClasses(value)).some(({ rule }) => rule.id === id);
  };
  const cases = CASES[id.replace("lazaret/", "")];

  it("matches what it is for", () => {
    expect(cases?.hits.filter((value) => !matches(value))).toEqual([]);
  });

  it("lets pass what comes close", () => {
    expect(cases?.misses.filter((value) => matches(value))).toEqual([]);
  });
});
