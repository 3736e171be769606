import type { ByteSet } from "../byte-set.ts";

/** The flags of a pattern or of a group within it that change what a piece of it matches. */
export interface Modifiers {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

const known = new Map<string, ByteSet>();

/** The bytes that one character, escape or class of a pattern matches: V8 itself is asked, so that both always agree. */
export function byteSet(raw: string, { ignoreCase, dotAll }: Modifiers): ByteSet {
  const flags = `${ignoreCase ? "i" : ""}${dotAll ? "s" : ""}`;
  const key = `${flags}/${raw}`;
  const former = known.get(key);
  if (former !== undefined) return former;
  const pattern = new RegExp(`^(?:${raw})$`, flags);
  const set = Uint8Array.from({ length: 256 }, (_, byte) => (pattern.test(String.fromCharCode(byte)) ? 1 : 0));
  known.set(key, set);
  return set;
}

/** What `\w` matches and `\b` looks for. */
export const WORD: ByteSet = byteSet("\\w", { ignoreCase: false, multiline: false, dotAll: false });
/** Line ends, for `^` and `$` of several lines. U+2028 and U+2029 are no bytes. */
export const LINE_END: ByteSet = byteSet("[\\n\\r]", { ignoreCase: false, multiline: false, dotAll: false });
