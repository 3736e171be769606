const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NO_DIGIT = 0xff;
const VALUES = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, digit] of Buffer.from(DIGITS).entries()) VALUES[digit] = value;
const EQUALS = 0x3d;
const NUL = 0;

/**
 * Decodes what `BASE64_START` matches as `t:base64Decode` does, and tells how many bytes it comes to: up to the first NUL, groups
 * of four only, of which padding may complete the last. `into` has room for as many bytes as are read.
 */
export function decodeBase64(base64: Uint8Array, from: number, to: number, into: Uint8Array): number {
  let length = 0;
  let group = 0;
  let digits = 0;
  let padding = 0;
  for (let at = from; at < to && base64[at] !== NUL; at++) {
    const byte = base64[at] ?? NUL;
    if (byte === EQUALS) padding++;
    const value = VALUES[byte] ?? NO_DIGIT;
    if (value === NO_DIGIT) continue;
    group = (group << 6) | value;
    if (++digits % 4 !== 0) continue;
    into[length++] = (group >> 16) & 0xff;
    into[length++] = (group >> 8) & 0xff;
    into[length++] = group & 0xff;
    group = 0;
  }
  const left = digits % 4;
  if (left < 2 || left + padding < 4) return length;
  into[length++] = (group >> (6 * left - 8)) & 0xff;
  if (left === 3) into[length++] = (group >> 2) & 0xff;
  return length;
}
