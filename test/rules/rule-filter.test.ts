import fc from "fast-check";
import { expect, it } from "vitest";
import { loadPack } from "../../src/inspect/rules/load.ts";
import type { LeafMatch } from "../../src/inspect/rules/leaf-rules.ts";
import { decodedVariants } from "../../src/inspect/rules/variants.ts";
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
  // Where it stands in a body, a text that UTF-8 can say matches the same, and no decoded form is missed.
  const bytes = Buffer.from(`"${text}"`);
  if (!text.isWellFormed()) return;
  for (const place of ["values", "keys"] as const) {
    const found = book.matchesIn(place, { bytes, from: 1, to: bytes.length - 1, classes });
    expect([text, idsOf(found)]).toEqual([text, idsOf(book.matches(place, text, classes))]);
    for (const variant of decodedVariants(text, classes))
      for (const id of ownIds(place, variant))
        expect([text, variant, idsOf(found)]).toEqual([text, variant, expect.arrayContaining([id])]);
  }
}

function idsOf(matches: readonly LeafMatch[]): string[] {
  return matches.map(({ active }) => active.rule.id);
}

/** What own rules find in a text by the plain loop. */
function ownIds(place: "values" | "keys", text: string): string[] {
  return plainLoop(book, place, text).filter((id) => id.startsWith("lazaret/"));
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
    const { value: bytes, classes } = subjectOf(value).plain;
    const tried = book.leaves.values.lookAt(bytes, classes)?.rules ?? [];
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
