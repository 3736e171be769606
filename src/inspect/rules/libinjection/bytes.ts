import type { ByteSet } from "../byte-set.ts";

/** The capital of an ASCII letter's code; any other code as it is. */
export function asciiUpper(code: number): number {
  return code >= 0x61 && code <= 0x7a ? code - 0x20 : code;
}

/** Where the run of bytes of the set that begins at `from` ends. */
export function spanOf(text: string, from: number, set: ByteSet): number {
  let at = from;
  while (at < text.length && set[text.charCodeAt(at)] === 1) at++;
  return at;
}

/** Where the run of bytes outside the set that begins at `from` ends, at `to` at the latest. */
export function spanUntil(text: string, from: number, set: ByteSet, to = text.length): number {
  let at = from;
  while (at < to && set[text.charCodeAt(at)] !== 1) at++;
  return at;
}
