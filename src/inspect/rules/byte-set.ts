/** A set of bytes: 1 at the place of each member, 0 at all others. */
export type ByteSet = Uint8Array;

/** The set of a byte string's characters. */
export function bytesOf(characters: string): ByteSet {
  const set = new Uint8Array(256);
  for (let i = 0; i < characters.length; i++) set[characters.charCodeAt(i)] = 1;
  return set;
}

/** Every byte that is not in the set. */
export function complement(set: ByteSet): ByteSet {
  return set.map((held) => 1 - held);
}

/** The set of no byte. */
export const NO_BYTES: ByteSet = new Uint8Array(256);

/** The bytes that are in one of the sets: perhaps one of the two itself. */
export function union(a: ByteSet, b: ByteSet): ByteSet {
  if (a === b || b === NO_BYTES) return a;
  return a === NO_BYTES ? b : a.map((held, byte) => held | (b[byte] ?? 0));
}

/** The bytes of the first set that are not in the second. */
export function without(a: ByteSet, b: ByteSet): ByteSet {
  return a.map((held, byte) => held & ~(b[byte] ?? 0));
}

/** Whether some byte is in both sets. */
export function meet(a: ByteSet, b: ByteSet): boolean {
  return a.some((held, byte) => held === 1 && b[byte] === 1);
}
