import fc from "fast-check";
import { expect, it } from "vitest";
import { CleanTexts } from "../../src/inspect/rules/clean-texts.ts";
import { inspected, rulesOf } from "../support/inspected.ts";

/** Few characters, so that texts come again, and share their hashes with others of the same length. */
const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\x1f", "c"), maxLength: 40 }), { maxLength: 60 });

it("knows only what was noted, and what was noted last", () => {
  fc.assert(
    fc.property(texts, (list) => {
      const bytes = Buffer.from(list.join(""), "latin1");
      const clean = new CleanTexts(bytes);
      const noted = new Set<string>();
      let from = 0;
      for (const text of list) {
        const to = from + text.length;
        if (clean.has(from, to)) expect([text, noted.has(text)]).toEqual([text, true]);
        clean.add(from, to);
        noted.add(text);
        expect(clean.has(from, to)).toBe(text !== "" && text.length <= 32);
        from = to;
      }
    }),
  );
});

it("every repetition of an attack is found, and of a clean text none", async () => {
  const body = JSON.stringify(
    Array.from({ length: 40 }, (_, i) => ({ name: i % 2 === 0 ? "x' or '1'='1" : "O'Neil" })),
  );
  const verdict = await inspected(Buffer.from(body), "application/json");
  expect(verdict.verdict).toBe("sanitized");
  const paths = new Set(verdict.findings.map(({ location }) => location.path));
  expect([...paths]).toEqual(Array.from({ length: 20 }, (_, i) => `$[${2 * i}]['name']`));
  expect(rulesOf(verdict).length).toBeGreaterThan(0);
});
