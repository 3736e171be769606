import fc from "fast-check";
import { expect } from "vitest";
import type { DisarmOptions } from "../../src/core/disarm-policy.ts";
import type { Disarmer } from "../../src/disarm/disarmer.ts";
import { disarmedBy, KEEPING, outcome } from "./disarmed.ts";
import { inspected, rulesOf } from "./inspected.ts";

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

/** Damages that only overwrite: a few bytes. */
const overwrites = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });

/** That no damage to these files makes the inspection fail, and that what it sanitizes passes when it is inspected again. */
export async function expectVerdicts(seeds: readonly Buffer[], numRuns: number, contentType?: string): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...seeds), overwrites, async (seed, edits) => {
      const verdict = await inspected(mutated(seed, edits), contentType);
      expect(["pass", "sanitized", "blocked"]).toContain(verdict.verdict);
      expect(rulesOf(verdict)).not.toContain("lazaret/stage-failed");
      if (verdict.verdict === "sanitized") expect((await inspected(verdict.body, contentType)).verdict).toBe("pass");
    }),
    { numRuns },
  );
}

/**
 * That a disarmer answers whatever these damages, with these words, make of a file, and that what it rebuilds is clean. `check` looks
 * at what was rebuilt.
 */
export async function expectSettled(
  disarmer: Disarmer,
  seeds: readonly Buffer[],
  {
    words,
    numRuns,
    check,
    options = KEEPING,
  }: { words: readonly string[]; numRuns: number; check?: (rebuilt: string) => void; options?: DisarmOptions },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...seeds), damages(words), async (seed, edits) => {
      const result = await disarmedBy(disarmer, mutated(seed, edits), options);
      if (result.kind !== "rebuilt") return;
      expect(outcome(await disarmedBy(disarmer, result.bytes, options))).toBe("clean");
      check?.(Buffer.from(result.bytes).toString("latin1"));
    }),
    { numRuns },
  );
}
