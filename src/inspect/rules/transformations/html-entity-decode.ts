import { CharClass } from "../../../core/char-class.ts";
import { hexByte, hexDigit } from "./hex.ts";
import type { Transformation } from "./transformation.ts";

/** `t:htmlEntityDecode`: `&#xHH;`, `&#DD;` (their lower byte) and five names, with or without the semicolon. */
export const htmlEntityDecode: Transformation = {
  name: "htmlEntityDecode",
  triggers: CharClass.ampersand,
  apply: (value) =>
    value.replaceAll(
      /&(?:#x([0-9a-f]+)|#([0-9]+)|(quot|amp|lt|gt|nbsp)(?![0-9a-z]));?/gi,
      (_, hex?: string, decimal?: string, name?: string) => {
        if (name !== undefined) return NAMED[name.toLowerCase()] ?? "";
        return String.fromCharCode(hex === undefined ? decimalByte(decimal ?? "") : lowByte(hex));
      },
    ),
};

const NAMED: Readonly<Record<string, string>> = { quot: '"', amp: "&", lt: "<", gt: ">", nbsp: "\u00a0" };

/** The greatest number of C's `strtol`: greater ones become it, and its lower byte is 0xFF. */
const LONGEST = 0x7fff_ffff_ffff_ffffn;

function decimalByte(digits: string): number {
  if (digits.length < 15) return Number(digits) & 0xff;
  const number = BigInt(digits);
  return number > LONGEST ? 0xff : Number(number & 0xffn);
}

function lowByte(digits: string): number {
  const significant = digits.replace(/^0+/, "");
  if (significant.length > 16 || (significant.length === 16 && significant >= "8")) return 0xff;
  return digits.length === 1 ? hexDigit(digits.charCodeAt(0)) : hexByte(digits, digits.length - 2);
}
