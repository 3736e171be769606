import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { boundedPattern, type BoundedPattern } from "../../src/inspect/rules/linear/bounded-pattern.ts";
import { computed, inflate, type Pump } from "../support/pumps.ts";
import { CORE_RULE_SET, OWN_PACK, rulePatterns } from "../support/rule-patterns.ts";

const rules = [OWN_PACK, CORE_RULE_SET].filter((folder) => existsSync(folder)).flatMap(rulePatterns);

/** What attacks on regular expressions are made of: one piece, over and over. */
const PIECES = (
  "a|1|'|\"|(|<|/|\\|.|..|../|%|%2e|%00|$|${|{{|{|[|<a |<!--|x=|or |and |select |union select |'a|1 or |&|&lt;|;|-|--|/*|*/|0x|" +
  "http://|a.|a:|@|#|on|=|0|1.|x'|' or |a b |<script|data:|javascript|{% |<% |a(|concat(|..%c0|etc%c0|^|a=\"|net user |{a,|id|" +
  'order by |into |<x |/../|a/|aA1_-. |\n|\t|j\t|( |x= |;x=|\\"|)(| and 1'
).split("|");
const HEADS = ["", "select ", "' or "];

/** Pumps that `npm run adversarial` found to be the slowest, each for the pattern that stands in the comment. */
const FOUND: readonly Pump[] = [
  { head: "", pieces: ["<>)(n0v", '"'], tail: "!" }, // 942130: a back-reference
  { head: "sqli", pieces: ["\xad", "sqlite_master", "sysca"], tail: "^", seed: 1 }, // counted repetitions in a row
  { head: "textar", pieces: ["\n", "<", "</\n\v iframe"], tail: "\n", seed: 2 },
  { head: "get /P3\xb0oldwze\n ", pieces: ["0.", "connect 38.389.436.672.\t"], tail: "\xff" }, // 920100
  { head: "<Z\xb1Nvmlframesrc\n=<F:vmlframe", pieces: ["<z+vmlframe6!/+", "<q7", "/\f/"], tail: "\n" }, // 941200
  { head: "", pieces: [".m1", "g"], tail: "6", seed: 3 }, // 912150: a match of the whole value
  { head: "DAta:^+x,<Nu>", pieces: ["CN", ";"], tail: "" }, // 941170
  { head: "`", pieces: ["`;\r while", "(("], tail: "" }, // 942310
  { head: "=", pieces: ["xor\f  \tXV", "\xe1", "1\f\v --"], tail: "" }, // 942340
  { head: "&&not 3))<", pieces: ["'", "a"], tail: "-", seed: 4 },
];
const PUMPS = [...HEADS.flatMap((head) => PIECES.map((piece) => ({ head, pieces: [piece], tail: "" }))), ...FOUND];

const LENGTH = 5000;
/** Milliseconds for `LENGTH` below which a measurement says nothing; even quadratic growth is no danger from there. */
const NOISE = 3;

function growth(pattern: BoundedPattern, pump: Pump): number {
  const time = (length: number): number => {
    const value = inflate(pump, length);
    return Math.min(...Array.from({ length: 3 }, () => computed(() => pattern.exec(value))));
  };
  return time(LENGTH * 4) / Math.max(NOISE, time(LENGTH));
}

it("every pattern takes time linear in the value: four times the length takes about four times as long, not sixteen times", () => {
  expect(rules.length).toBeGreaterThan(50);
  for (const { rule, pattern } of rules) {
    const bounded = boundedPattern(pattern);
    for (const pump of PUMPS) {
      const value = inflate(pump, LENGTH);
      if (computed(() => bounded.exec(value)) < NOISE) continue;
      expect([rule, pump, growth(bounded, pump) < 9]).toEqual([rule, pump, true]);
    }
  }
}, 60_000);

it.for<[RegExp, Pump]>([
  [/\s+x/, { head: "", pieces: [" "], tail: "y" }],
  [/^(?:a*)*$/, { head: "", pieces: ["a"], tail: "!" }],
  [/(?:a|a)*b/, { head: "", pieces: ["a"], tail: "" }],
  [/(?:\s*\(\s*)*x/, { head: "", pieces: ["( "], tail: "y" }],
  [/"[^"]*"x/, { head: "", pieces: ['"a'], tail: "" }],
  [/a[^b]{0,200}b[^c]{0,200}c[^d]{0,200}d/, { head: "", pieces: ["a", "b", "c"], tail: "", seed: 1 }],
  [/x(?=.*y)(?!.*z)/s, { head: "", pieces: ["x"], tail: "yz" }],
  [/(?<=a.*)b(?<!c.*)d/s, { head: "ac", pieces: ["b"], tail: "" }],
  [/a.*a.*a.*a.*b/s, { head: "", pieces: ["a"], tail: "" }],
])("%s takes time linear in a megabyte made to defeat it", ([pattern, pump]) => {
  const bounded = boundedPattern(pattern);
  const value = inflate(pump, 1_000_000);
  expect(bounded.exec(value)).toBeNull();
  expect(computed(() => bounded.exec(value))).toBeLessThan(10_000);
});

it("a pattern with a back-reference gives up with a finding where it would take too long", () => {
  const bounded = boundedPattern(/(a+)(a+)(a+)\1\2\3b/);
  expect(() => bounded.exec(`${"a".repeat(2000)}${"ab".repeat(2)}c`)).toThrow(/^a pattern took more than \d+ steps$/);
});
