import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeBase64 } from "../../src/inspect/rules/filter/decode-base64.ts";
import { BASE64_START, base64Decode } from "../../src/inspect/rules/transformations/base64-decode.ts";

it("decodes in place what the transformation decodes", () => {
  const piece = fc.oneof(
    fc.base64String({ maxLength: 12 }),
    fc.constantFrom("\r\n", "  \n", "=", "==", " ", "\0", "abc", "Zm9v+/"),
  );
  let decoded = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
      const value = pieces.join("");
      fc.pre(BASE64_START.test(value));
      const bytes = Buffer.from(`"${value}"`, "latin1");
      const into = Buffer.alloc(bytes.length);
      const length = decodeBase64(bytes, 1, bytes.length - 1, into);
      expect([value, into.toString("latin1", 0, length)]).toEqual([value, base64Decode.apply(value)]);
      if (length > 0) decoded++;
    }),
    { numRuns: 2000 },
  );
  expect(decoded).toBeGreaterThan(500);
});
