import fc from "fast-check";

/** Where, as a number that is taken modulo the length, and what is written there: a byte over, or a word between. */
type Edit = readonly [at: number, what: number | string];

/** A few damages to a file: bytes overwritten, words put in, the end cut off. */
export function damages(words: readonly string[]): fc.Arbitrary<readonly Edit[]> {
  const what = fc.oneof(fc.nat(255), fc.constantFrom(...words, CUT));
  return fc.array(fc.tuple(fc.nat(), what), { minLength: 1, maxLength: 6 });
}

const CUT = "cut";

/** A copy of a file with these damages. */
export function mutated(bytes: Uint8Array, edits: readonly Edit[]): Buffer {
  let copy = Buffer.from(bytes);
  for (const [where, what] of edits) {
    const at = where % Math.max(1, copy.length);
    if (typeof what === "number") copy[at] = what;
    else if (what === CUT) copy = Buffer.from(copy.subarray(0, at));
    else copy = Buffer.concat([copy.subarray(0, at), Buffer.from(what, "latin1"), copy.subarray(at)]);
  }
  return copy;
}
