import fc from "fast-check";
import { expect, it } from "vitest";
import { loadPack } from "../../src/inspect/rules/load.ts";
import { attackPayloads, benignCorpus } from "../support/corpus.ts";
import { bookOf, ownPack, plainLoop, subjectOf } from "../support/rules.ts";

const crs = await loadPack("/usr/share/modsecurity-crs");
const book = bookOf(await ownPack(), crs);

/** What the plan chooses, of every pack, against every rule tried with no plan. Variants are the stage's, not the plan's. */
function agree(text: string): void {
  const { value, classes } = subjectOf(text).plain;
  const planned = (place: "values" | "keys"): string[] =>
    book.leaves[place]
      .matches(value, classes, book.nowhere)
      .filter(({ active }) => active.opens === undefined)
      .map(({ active }) => active.rule.id);
  expect([text, planned("values")]).toEqual([text, plainLoop(book, "values", text)]);
  expect([text, planned("keys")]).toEqual([text, plainLoop(book, "keys", text)]);
  // What is passed over where it stands in the body matches in no form.
  const bytes = Buffer.from(`"${text}"`);
  for (const place of ["values", "keys"] as const) {
    const matches = book.matches(place, text, classes).filter(({ active }) => active.opens === undefined);
    if (matches.length > 0)
      expect([text, book.mayMatch(place, bytes, 1, bytes.length - 1, classes)]).toEqual([text, true]);
  }
}

const attacks = attackPayloads();

it("the plan finds exactly what the plain loop finds, in attacks", () => {
  expect(attacks.length).toBeGreaterThan(5000);
  for (const attack of attacks.filter((_, i) => i % 8 === 0)) agree(attack);
}, 180_000);

it("in attacks in Base64, padded or not", () => {
  for (const attack of attacks.filter((_, i) => i % 16 === 0)) {
    const encoded = Buffer.from(attack).toString("base64");
    agree(encoded);
    agree(encoded.replace(/=+$/, ""));
  }
  agree(Buffer.from("x=require('child_process').exec(").toString("base64"));
}, 180_000);

it("in strings of benign bodies", () => {
  const strings = (benignCorpus() ?? [])
    .slice(0, 400)
    .flatMap(({ body }) => body.match(/"(?:[^"\\]|\\.){4,400}"/g) ?? []);
  expect(strings.length).toBeGreaterThan(5000);
  for (const text of strings.filter((_, i) => i % 10 === 0)) agree(text.slice(1, -1));
}, 180_000);

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
    { numRuns: 1000 },
  );
}, 180_000);

it("leaves few rules to try on most values", () => {
  for (const value of ["cus_358b05c80a469d", "Ana Smith", "2026-01-02", "list", "eur"]) {
    const tried = book.leaves.values.candidates(subjectOf(value));
    expect([value, tried.length < book.settled.leafRules.length / 50]).toEqual([value, true]);
  }
});

it("the first value of its classes is looked at in every form, Base64 too", () => {
  const attack = Buffer.from("_$$ND_FUNC$$_function (){require('child_process')}()")
    .toString("base64")
    .replace(/=+$/, "");
  const { value, classes } = subjectOf(attack).plain;
  const fresh = bookOf(crs);
  const ids = (): string[] =>
    fresh.leaves.values.matches(value, classes, fresh.nowhere).map(({ active }) => active.rule.id);
  const seen = Array.from({ length: 10 }, ids);
  expect(plainLoop(fresh, "values", attack)).toContain("934100");
  expect(seen).toEqual(seen.map(() => plainLoop(fresh, "values", attack)));
});
