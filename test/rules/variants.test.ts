import fc from "fast-check";
import { expect, it } from "vitest";
import { charClasses } from "../../src/core/char-class.ts";
import { decodedVariants, ENCODED_TEXT } from "../../src/inspect/rules/variants.ts";

it("what decodes to another holds what is looked for beforehand", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "%41",
      "%u0041",
      "&lt;",
      "&LPAR;",
      "&#65",
      "&#x41;",
      "\\u0041",
      "\\n",
      "+",
      "&",
      "%",
      "&copy;",
      "%zz",
    ),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
      const text = pieces.join("");
      if (decodedVariants(text, charClasses(text)).length > 0)
        expect([text, ENCODED_TEXT.test(text)]).toEqual([text, true]);
    }),
    { numRuns: 5000 },
  );
});

it("a query of a URL decodes to nothing else", () => {
  expect(ENCODED_TEXT.test("https://api.example.com/v1?expand[]=orders&limit=49&copy=1")).toBe(false);
});
