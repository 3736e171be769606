import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldLinksOutside, formulaLinksOutside } from "../../src/disarm/hyperlink.ts";

describe("a HYPERLINK field", () => {
  it.each([
    [' HYPERLINK "https://x.example" ', true],
    ["HYPERLINK https://x.example", true],
    ['hyperlink \\o "a tip" "mailto:a@x.example"', true],
    ['HYPERLINK "b.docx" \\l "place"', true],
    ["HYPERLINK \\n https://x.example", true],
    ['HYPERLINK \\h "https://x.example"', true],
    ['HYPERLINK \\l "_Toc1" \\h', false],
    ['HYPERLINK "" \\l "https://x.example"', false],
    ['HYPERLINK "#place" \\o "https://x.example" \\t "_blank"', false],
    [" PAGEREF _Toc1 \\h ", false],
    ['REF a "HYPERLINK https://x.example"', false],
  ])("%s leads outside: %s", (instruction, expected) => {
    expect(fieldLinksOutside(instruction)).toBe(expected);
  });

  it("leads outside by its target alone, wherever that stands among the switches", () => {
    const words = fc.constantFrom('"a b"', "https://y.example", '"#c"', '"say \\"no\\""');
    const switches = fc.oneof(
      fc.constantFrom("\\n", "\\h", "\\m"),
      fc.tuple(fc.constantFrom("\\l", "\\o", "\\t", "\\*"), words).map((pair) => pair.join(" ")),
    );
    fc.assert(
      fc.property(fc.array(switches), fc.array(switches), words, (before, after, target) => {
        expect(fieldLinksOutside(["HYPERLINK", ...before, ...after].join(" "))).toBe(false);
        const instruction = ["HYPERLINK", ...before, target, ...after].join(" ");
        expect(fieldLinksOutside(instruction)).toBe(target !== '"#c"');
      }),
    );
  });
});

describe("a formula", () => {
  it.each([
    ['HYPERLINK("https://x.example","x")', true],
    ['IF(A1,1,hyperlink ( "https://x.example" ))', true],
    ["HYPERLINK(B1)", true],
    ['of:=HYPERLINK("https://x.example";"x")', true],
    ['"a ""b"" "&HYPERLINK(B1)', true],
    ['HYPERLINK("#Sheet2!A1","x")', false],
    ['HYPERLINK("#"&B1)', false],
    ['"HYPERLINK(B1)"&A1', false],
    ["SUM(A1:A9)", false],
  ])("%s links outside: %s", (formula, expected) => {
    expect(formulaLinksOutside(formula)).toBe(expected);
  });
});
