import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ForesightRewriter } from "../../src/inspect/rules/filter/foresight.ts";
import { PiecePlaces } from "../../src/inspect/rules/filter/piece-places.ts";
import { PieceSearch } from "../../src/inspect/rules/filter/piece-search.ts";
import { pipelineEffect } from "../../src/inspect/rules/filter/pipeline.ts";
import { PatternCompiler } from "../../src/inspect/rules/linear/compile-program.ts";
import { syntaxTree } from "../../src/inspect/rules/linear/syntax.ts";
import { CharClass } from "../../src/core/char-class.ts";
import { TRANSFORMATIONS } from "../../src/inspect/rules/transformations/registry.ts";

/** The case of letters never counts. */
const PIECES = [
  /\bor\b/i,
  /union\s+(?:all\s+)?select/i,
  /^\/etc/im,
  /['"]\s*;/i,
  /a(?:b|c)+d$/im,
  /\Bx\B/i,
  /<[a-z]+ on/i,
  /cat \/etc\/passwd|ls \(/i,
  /\.\.\//i,
  /[^a-zA-Z]{3}=/i,
  /sh\/|\xe9t/i,
];
const NOTHING = pipelineEffect([]).foresight;

function placesOf(pieces: readonly RegExp[], foresight = NOTHING): PiecePlaces {
  const rewriter = new ForesightRewriter(foresight);
  const programs = pieces.map((piece) => {
    const { instructions, entry } = new PatternCompiler(piece, syntaxTree(piece)).deciding(false);
    return { instructions: rewriter.rewrite(instructions), entry, isSought: true };
  });
  return new PiecePlaces(programs);
}

function found(search: PieceSearch, text: string): number[] {
  const numbers = new Set<number>();
  const bytes = Buffer.from(`"${text}"`, "latin1");
  search.scan(bytes, 1, bytes.length - 1, ({ pieces }) => {
    for (const piece of pieces) numbers.add(piece);
  });
  return [...numbers].toSorted((a, b) => a - b);
}

/** Made of what the pieces are made of, so that they are often there, and often nearly. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "or",
        "x",
        "union",
        " ",
        "all",
        "SELECT",
        "/etc",
        "'",
        ";",
        "ab",
        "acd",
        "\n",
        "<a on",
        "../",
        "=",
      ),
      fc.constantFrom(
        "cat",
        " /etc/passwd",
        "ls",
        "(",
        ",",
        '"',
        "\\",
        "\t",
        "+",
        "\0",
        "sh",
        "//",
        "\xe9",
        "\xc3",
        "t",
      ),
      fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 3 }),
    ),
    { maxLength: 10 },
  )
  .map((pieces) => pieces.join(""));

describe("the search for pieces", () => {
  it.each([undefined, 5])("finds exactly those that stand in a text, with %s states at most", (mostStates) => {
    const search = new PieceSearch(placesOf(PIECES), mostStates);
    fc.assert(
      fc.property(text, (value) => {
        const expected = [...PIECES.keys()].filter((piece) => PIECES[piece]?.test(value));
        expect([value, found(search, value)]).toEqual([value, expected]);
      }),
      { numRuns: 3000 },
    );
  });

  it("tells which are possible in some bytes, and how long they are at least", () => {
    const pieces = placesOf([/or/, /\d{3}x?/, /a(?:\.|bc)/]);
    expect(pieces.possible(CharClass.letter)).toEqual([0, 2]);
    expect([0, 1, 2].map((piece) => pieces.shortest(piece))).toEqual([2, 3, 2]);
  });
});

describe("a piece read with foresight", () => {
  const CHAINS = [
    "lowercase",
    "compressWhitespace lowercase",
    "removeNulls cmdLine",
    "cmdLine normalizePath",
    "cmdLine urlDecode htmlEntityDecode",
    "removeWhitespace jsDecode cmdLine replaceComments",
    "urlDecodeUni cmdLine normalizePathWin lowercase",
    "utf8toUnicode urlDecodeUni htmlEntityDecode jsDecode removeNulls",
    "utf8toUnicode lowercase",
    "urlDecode replaceComments compressWhitespace",
    "removeWhitespace lowercase",
    "removeWhitespace normalizePath",
    "replaceNulls compressWhitespace trim",
    "base64Decode lowercase",
    "urlDecodeUni removeWhitespace lowercase",
    "utf8toUnicode urlDecodeUni removeWhitespace",
    "urlDecodeUni trim",
    "urlDecode replaceNulls trimLeft trimRight",
    "hexEncode",
  ];

  it.each(CHAINS)("is found in every value that comes out of %s with the piece, unless that is in doubt", (chain) => {
    const steps = chain.split(" ").flatMap((name) => TRANSFORMATIONS.get(name.toLowerCase()) ?? []);
    expect(steps.length).toBe(chain.split(" ").length);
    const { foresight, doubts } = pipelineEffect(steps);
    const search = new PieceSearch(placesOf(PIECES, foresight));
    const doubted = doubts.map(({ doubt, before }) => new PieceSearch(placesOf([doubt], before)));
    let foreseen = 0;
    fc.assert(
      fc.property(text, (value) => {
        if (doubted.some((one) => found(one, value).length > 0)) return;
        foreseen++;
        const outcome = steps.reduce((former, step) => step.apply(former), value);
        const numbers = found(search, value);
        for (const [piece, pattern] of PIECES.entries())
          if (pattern.test(outcome))
            expect([value, outcome, numbers]).toEqual([value, outcome, expect.arrayContaining([piece])]);
      }),
      { numRuns: 3000 },
    );
    if (chain !== "hexEncode") expect(foreseen).toBeGreaterThan(50);
  });
});
