import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requiredPieces, type Way } from "../../src/inspect/rules/filter/required-pieces.ts";
import { trimmed } from "../../src/inspect/rules/filter/trimmed.ts";

/** Whether a text holds all that one of the ways asks for. */
function holds(ways: readonly Way[], text: string, flags: string): boolean {
  return ways.some(({ telling, others }) =>
    [...telling, ...others].every(({ source }) => new RegExp(source, flags).test(text)),
  );
}

const sources = (pattern: RegExp): string[][] =>
  requiredPieces(pattern).map(({ telling }) => telling.map(({ source }) => source));

const PATTERNS = [
  /a(?:b|c{2}|\d+)x?/,
  /(?:foo|ba[rz])\s+q/,
  /b\w|[^x]y/,
  /(?:<|>)(?:script|on\w+=)/i,
  /^$|x/m,
  /(?:a|b)+c{0,3}/,
  /(?:or|and) ?=/i,
  /^(?:[0-9]+|x?')or/m,
  /sel(?:x|yz?){2}ect/s,
  /(?:[ab]{2}|\.{2,})[/\\](?:etc|a.c)/s,
  /<[^>]*\son\w{2,}\s*=/i,
  /(["'])x+\1y/,
  /(?=.*q)a.{3,40}b(?!c)/s,
  /(?:a.*b|c)d(?:e|f.*g)h/s,
  /\bunion\b.{0,100}?\bselect\b/is,
  /\bor(?: |(?=['"(]))x?y/,
];

describe("the pieces that a pattern needs", () => {
  it.each(PATTERNS)("are in every text that %s matches", (pattern) => {
    const ways = requiredPieces(pattern);
    // What makes texts to match knows no look-arounds, no word edges and no references.
    const bare = pattern.source.replaceAll(/\(\?[=!][^)]*\)|\\b/g, "").replaceAll("\\1", "[\"']");
    fc.assert(
      fc.property(
        fc.string({ maxLength: 5 }),
        fc.stringMatching(new RegExp(bare, pattern.flags.replace("i", ""))),
        fc.string({ maxLength: 5 }),
        (a, core, b) => {
          const text = a + core + b;
          fc.pre(pattern.test(text));
          expect([text, holds(ways, text, pattern.flags)]).toEqual([text, true]);
        },
      ),
    );
  });

  it("are told apart by alternatives, and cut where anything may stand between them", () => {
    expect(sources(/\bunion\b.{0,100}?\bselect\b|<script/is)).toEqual([["\\bselect\\b"], ["<script"]]);
    expect(sources(/[<>]\w.{0,100}?[{}]/s)).toEqual([["[<>]", "[{}]"]]);
    expect(sources(/q(?:[0-9]|(?=['"]))x?y/)).toEqual([["q(?:[0-9]|['\"])", "y"]]);
  });

  it("are none where a pattern can match anything", () => {
    expect(sources(/x*|[^]*/)).toEqual([[], []]);
    expect(sources(/(?!a)/)).toEqual([[]]);
  });
});

describe("trimming", () => {
  const isCommon = (raw: string): boolean => raw === "\\w" || raw === ".";
  it.each([
    ["\\s*foo\\w+", "foo"],
    ["x+fo{3,}", "xfo{3}"],
    ["(?:a?|b)c", "c"],
    ["(?:\\w+foo|.bar)\\s?", "(?:foo|bar)"],
    ["^\\s*a", "^\\s*a"],
    ["\\ba", "\\ba"],
    ["\\w", ""],
  ])("of %s leaves %s", (source, left) => {
    expect(trimmed(source, isCommon)).toBe(left);
  });
});
