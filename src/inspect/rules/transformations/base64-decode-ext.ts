import type { Transformation } from "./transformation.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * `t:base64DecodeExt`: forgiving: what is no Base64 digit is skipped. As in libmodsecurity, a group of
 * one digit before padding (or ending in `9`) empties the whole.
 */
export const base64DecodeExt: Transformation = {
  name: "base64DecodeExt",
  triggers: 0,
  apply: (value) => {
    const bytes: number[] = [];
    let bits = 0;
    let count = 0;
    for (let i = 0; i < value.length; i++) {
      if (value[i] === "=" && value[i + 1] !== "=" && count % 4 === 1) return "";
      const digit = DIGITS.get(value.charAt(i));
      if (digit === undefined) continue;
      bits = ((bits << 6) | digit) & 0xffffff;
      count++;
      if (count % 4 !== 1) bytes.push((bits >> (SHIFTS[count % 4] ?? 0)) & 0xff);
    }
    return count % 4 === 1 && /[=9]$/.test(value) ? "" : Buffer.from(bytes).toString("latin1");
  },
};

/** How far the byte stands from the right after so many digits of a group. */
const SHIFTS: readonly number[] = [0, 0, 4, 2];

const DIGITS: ReadonlyMap<string, number> = new Map([...ALPHABET].map((digit, value) => [digit, value]));
