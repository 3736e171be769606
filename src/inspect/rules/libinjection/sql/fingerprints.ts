import fingerprints from "../../../../../rules/libinjection/sql-fingerprints.json" with { type: "json" };
import { asciiUpper } from "../bytes.ts";

/** Bits that tell the kinds of one token apart without regard to case. */
const BITS = 7;
/** Kinds whose code is a number that a processor holds as it is; the fifth is kept apart. */
const MOST_TOGETHER = 4;

/**
 * The published table: for the code of up to four kinds, the fifth ones that make fingerprints of them. It is compared without
 * case: a type (`t`) may stand for Transact-SQL's word (`T`).
 */
const TABLE = new Map<number, Set<number>>();
/** What fingerprints begin with: two kinds. */
const BEGINNINGS = new Set<number>();

for (const fingerprint of fingerprints) {
  const kinds = Array.from(fingerprint, (kind) => kind.charCodeAt(0));
  const code = codeOf(kinds.slice(0, MOST_TOGETHER));
  const fifths = TABLE.get(code) ?? new Set();
  TABLE.set(code, fifths.add(asciiUpper(kinds[MOST_TOGETHER] ?? 0)));
  BEGINNINGS.add(codeOf(kinds.slice(0, 2)));
}

/** Whether these kinds of at most five tokens are a fingerprint of the table. */
export function isFingerprint(kinds: readonly number[]): boolean {
  const fifths = TABLE.get(codeOf(kinds));
  return fifths !== undefined && fifths.has(asciiUpper(kinds[MOST_TOGETHER] ?? 0));
}

/** Whether a fingerprint of the table begins with these two kinds. */
export function isBeginning(first: number, second: number): boolean {
  return BEGINNINGS.has((asciiUpper(first) << BITS) | asciiUpper(second));
}

function codeOf(kinds: readonly number[]): number {
  let code = 0;
  for (let i = 0; i < kinds.length && i < MOST_TOGETHER; i++) code = (code << BITS) | asciiUpper(kinds[i] ?? 0);
  return code;
}
