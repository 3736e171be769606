const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NO_DIGIT = 0xff;
const VALUES = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, digit] of Buffer.from(DIGITS).entries()) VALUES[digit] = value;
const EQUALS = 0x3d;
const NUL = 0;

/**
 * Decodes Base64 as `t:base64Decode` does, and tells how many bytes it comes to: up to the padding or a NUL, whole groups only,
 * other bytes passed over. `into` has room for as many bytes as are read.
 */
export function decodeBase64(base64: Uint8Array, from: number, to: number, into: Uint8Array): number {
  let length = 0;
  let group = 0;
  let digits = 0;
  for (let at = from; at < to; at++) {
    const byte = base64[at] ?? NUL;
    const value = VALUES[byte] ?? NO_DIGIT;
    if (value === NO_DIGIT) {
      if (byte === EQUALS || byte === NUL) break;
      continue;
    }
    group = (group << 6) | value;
    if (++digits % 4 !== 0) continue;
    into[length++] = (group >> 16) & 0xff;
    into[length++] = (group >> 8) & 0xff;
    into[length++] = group & 0xff;
    group = 0;
  }
  return length;
}
