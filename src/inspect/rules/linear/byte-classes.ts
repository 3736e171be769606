import type { ByteSet } from "../byte-set.ts";
import { LINE_END, WORD } from "./byte-set.ts";

/** What stands before the first byte of a value and after its last. */
export const NOTHING = 256;

/** Classes of bytes that no set and no edge tells apart, and `NOTHING` in a class of its own. */
export function byteClasses(sets: Iterable<ByteSet>): readonly (readonly number[])[] {
  let classes: readonly (readonly number[])[] = [[...Array(NOTHING).keys()], [NOTHING]];
  for (const set of new Set([WORD, LINE_END, ...sets]))
    classes = classes.flatMap((members) => {
      const inside = members.filter((byte) => set[byte] === 1);
      const isTold = inside.length > 0 && inside.length < members.length;
      return isTold ? [inside, members.filter((byte) => set[byte] !== 1)] : [members];
    });
  return classes;
}

/** For each byte, and for `NOTHING`, the number of its class. */
export function classNumbers(classes: readonly (readonly number[])[]): Uint16Array {
  const numbers = new Uint16Array(NOTHING + 1);
  for (const [number, members] of classes.entries()) for (const byte of members) numbers[byte] = number;
  return numbers;
}
