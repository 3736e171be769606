import { expect, it } from "vitest";
import { expandTemplate } from "../../src/inspect/rules/seclang/template.ts";
import { bookOf, ownPack } from "../support/rules.ts";

const rules = bookOf(await ownPack()).settled.leafRules.map(({ rule }) => rule);

/** What attacks on regular expressions are made of: one piece, over and over. */
const PIECES = (
  "a|1|'|\"|(|<|/|\\|.|..|../|%|%2e|%00|$|${|{{|{|[|<a |<!--|x=|or |and |select |union select |'a|1 or |&|&lt;|;|-|--|/*|*/|0x|" +
  "http://|a.|a:|@|#|on|=|0|1.|x'|' or |a b |<script|data:|javascript|{% |<% |a(|concat(|..%c0|etc%c0|^|a=\"|net user |{a,|id|" +
  "order by |into |<x |/../|a/|aA1_-. |\n|\t|j\t"
).split("|");
const PREFIXES = ["", "select ", "<a ", "' or ", "http://", "{{", "${"];
const LENGTH = 20_000;
/** Milliseconds below which a measurement says nothing. */
const NOISE = 25;

it("every pattern takes time linear in the value: twice the length takes about twice as long, not four times", () => {
  for (const { id, links } of rules)
    for (const { operator: source } of links) {
      const operator = source.make(expandTemplate(source.argument, () => ""));
      for (const piece of PIECES)
        for (const prefix of PREFIXES) {
          const time = (length: number): number => {
            const value = prefix + piece.repeat(Math.ceil(length / piece.length));
            const began = performance.now();
            operator.match(value);
            return performance.now() - began;
          };
          const once = time(LENGTH);
          if (once < NOISE) continue;
          const twice = Math.min(time(LENGTH * 2), time(LENGTH * 2));
          expect([id, prefix, piece, twice / Math.min(once, time(LENGTH)) < 3]).toEqual([id, prefix, piece, true]);
        }
    }
});
