import { CharClass } from "../../core/char-class.ts";

/** Text as a byte string: each character is one byte of its UTF-8, as rules written for ModSecurity see it. `classes` are the text's. */
export function toByteString(text: string, classes: number): string {
  return (classes & CharClass.nonAscii) === 0 ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** The text that a byte string is the UTF-8 of; what is none becomes U+FFFD. */
export function fromByteString(bytes: string): string {
  return /^[\x00-\x7f]*$/.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}

/** The byte string of some bytes, from `from` up to before `to`. */
export function byteStringIn({ buffer, byteOffset }: Uint8Array, from: number, to: number): string {
  return Buffer.from(buffer, byteOffset + from, to - from).toString("latin1");
}
