import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { charClasses } from "../../src/core/char-class.ts";
import { loadRules } from "../../src/inspect/rules/load.ts";
import { compilePattern } from "../../src/inspect/rules/operators/pattern.ts";
import { patternNeed } from "../../src/inspect/rules/operators/pattern-need.ts";
import { RulePlanner } from "../../src/inspect/rules/rule-planner.ts";
import type { Rule } from "../../src/inspect/rules/rule.ts";
import { RuleSet } from "../../src/inspect/rules/rule-set.ts";
import { benignCorpus } from "../support/corpus.ts";

const rules = (await loadRules(fileURLToPath(new URL("../../rules", import.meta.url)))).filter((rule) =>
  rule.conditions[0].targets.has("values"),
);
const planned = new RuleSet(rules, 4);

/** Every rule tried on the value, with no plan: what the plan has to agree with. */
function plainLoop(value: string): string[] {
  return rules.filter((rule) => rule.conditions.every((condition) => holds(condition, value))).map(({ id }) => id);
}

function holds({ transformations, operator, negated }: Rule["conditions"][number], value: string): boolean {
  const form = transformations.reduce((text, transformation) => transformation.apply(text), value);
  return (operator.match(form) !== undefined) !== negated;
}

function agree(value: string): void {
  const matched = planned.matches("values", value, charClasses(value)).map(({ rule }) => rule.id);
  expect([value, matched]).toEqual([value, plainLoop(value)]);
}

const attacks = gunzipSync(readFileSync(new URL("../../../shared/corpora/attacks-dev.jsonl.gz", import.meta.url)))
  .toString()
  .trimEnd()
  .split("\n")
  .map((line): string => JSON.parse(line).payload);

it("the plan finds exactly what the plain loop finds, in attacks", () => {
  for (const attack of attacks.filter((_, i) => i % 3 === 0)) agree(attack);
});

it("in strings of benign bodies", () => {
  const strings = (benignCorpus() ?? [])
    .slice(0, 400)
    .flatMap(({ body }) => body.match(/"(?:[^"\\]|\\.){4,400}"/g) ?? []);
  expect(strings.length).toBeGreaterThan(5000);
  for (const text of strings.filter((_, i) => i % 4 === 0)) agree(text.slice(1, -1));
});

it("in attacks that were cut, joined and changed, in case, white space and letters beyond ASCII too", () => {
  const piece = fc.oneof(
    fc.constantFrom(...attacks.map((attack) => attack.slice(0, 60))),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom(" ", "\t", "\u00a0", "/**/", "\n", "\u212a", "\u017f", "%20", "UNION", "SeLeCt"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), fc.boolean(), (pieces, upper) => {
      const text = pieces.join("");
      agree(upper ? text.toUpperCase() : text);
    }),
    { numRuns: 2000 },
  );
});

it("the need of a pattern never rules out what the pattern matches", () => {
  const patterns = [
    "a(?:b|c{2}|\\d+)x?",
    "(?:foo|ba[rz])\\s+q",
    "b\\w|[^x]y",
    "(?:<|>)(?:script|on\\w+=)",
    "^$|x",
    "(?:a|b)+c{0,3}",
  ];
  for (const source of patterns) {
    const pattern = compilePattern(source);
    const need = patternNeed(pattern);
    fc.assert(
      fc.property(fc.stringMatching(pattern), (text) => {
        const classes = charClasses(text);
        const lower = text.toLowerCase();
        const live = need.some(
          (branch) =>
            branch.classes.every((mask) => (classes & mask) !== 0) &&
            (branch.literals.length === 0 || branch.literals.some((literal) => lower.includes(literal))),
        );
        expect([source, text, live]).toEqual([source, text, true]);
      }),
    );
  }
});

it("rules out most rules for most values", () => {
  const planner = new RulePlanner(rules);
  for (const value of ["cus_358b05c80a469d", "Ana Smith", "2026-01-02", "list", "eur"])
    expect(planner.candidates(value, charClasses(value)).length).toBeLessThanOrEqual(3);
});
