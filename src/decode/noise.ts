import { mayHaveSignature } from "./sniff.ts";

/** How many decoded bytes are looked at. */
const LOOK = 12;
/** Longer strings are decoded whole: their signature may stand further in. */
const LONGEST = 340;
const NO_DIGIT = 0xff;

const BASE64_DIGITS = digitsOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
BASE64_DIGITS[0x2d] = 62;
BASE64_DIGITS[0x5f] = 63;
const HEX_DIGITS = digitsOf("0123456789abcdef");
for (const letter of "ABCDEF") HEX_DIGITS[letter.charCodeAt(0)] = Number.parseInt(letter, 16);

function digitsOf(alphabet: string): Uint8Array {
  const digits = new Uint8Array(256).fill(NO_DIGIT);
  for (const [value, character] of [...alphabet].entries()) digits[character.charCodeAt(0)] = value;
  return digits;
}

/**
 * Whether a string of base64 or hexadecimal digits, at least 24 of them, begins with what can be neither a file nor text:
 * identifiers and digests, which are most of such strings. Where that is not certain, the answer is no.
 */
export function isNoise(source: Uint8Array, start: number, end: number): boolean {
  if (end - start > LONGEST || source[start + 1] === 0x78) return false;
  const base64 = base64Look(source, start);
  if (base64 === undefined || mayBeContent(base64)) return false;
  const hex = hexLook(source, start);
  return hex === undefined || !mayBeContent(hex);
}

/** Undefined where the first digits are not all base64. */
function base64Look(source: Uint8Array, start: number): Uint8Array | undefined {
  const bytes = new Uint8Array(LOOK);
  for (let i = 0, at = start; i < LOOK; i += 3, at += 4) {
    const a = BASE64_DIGITS[source[at] ?? 0] ?? NO_DIGIT;
    const b = BASE64_DIGITS[source[at + 1] ?? 0] ?? NO_DIGIT;
    const c = BASE64_DIGITS[source[at + 2] ?? 0] ?? NO_DIGIT;
    const d = BASE64_DIGITS[source[at + 3] ?? 0] ?? NO_DIGIT;
    if (((a | b | c | d) & 0xc0) !== 0) return undefined;
    bytes[i] = (a << 2) | (b >> 4);
    bytes[i + 1] = (b << 4) | (c >> 2);
    bytes[i + 2] = (c << 6) | d;
  }
  return bytes;
}

/** Undefined where the first digits are not all hexadecimal. */
function hexLook(source: Uint8Array, start: number): Uint8Array | undefined {
  const bytes = new Uint8Array(LOOK);
  for (let i = 0; i < LOOK; i++) {
    const high = HEX_DIGITS[source[start + 2 * i] ?? 0] ?? NO_DIGIT;
    const low = HEX_DIGITS[source[start + 2 * i + 1] ?? 0] ?? NO_DIGIT;
    if (((high | low) & 0xf0) !== 0) return undefined;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

function mayBeContent(bytes: Uint8Array): boolean {
  return mayBeText(bytes) || mayHaveSignature(bytes);
}

/** Whether bytes could go on as UTF-8 text without controls. */
function mayBeText(bytes: Uint8Array): boolean {
  let following = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (following > 0) {
      if (byte < 0x80 || byte > 0xbf) return false;
      following--;
    } else if (byte >= 0x80) {
      if (byte < 0xc2 || byte > 0xf4) return false;
      following = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    } else if (byte < 0x20 && (byte < 0x09 || byte > 0x0d)) return false;
  }
  return true;
}
