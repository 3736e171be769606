import { CharClass } from "../../../core/char-class.ts";
import { hexByte, hexDigit, narrow } from "./hex.ts";
import type { Transformation } from "./transformation.ts";

/**
 * `t:cssDecode`: a backslash with one to six hexadecimal digits and a white-space character becomes the lower byte
 * (full-width ASCII as plain); with a line end, nothing; with any other character, that character. The text ends at its first NUL, decoded ones included.
 */
export const cssDecode: Transformation = {
  name: "cssDecode",
  triggers: CharClass.backslash | CharClass.control,
  apply: (value) => {
    const text = value.replaceAll(/\\(?:([0-9a-fA-F]{1,6})[ \t-\r]?|([^])|$)/g, (_, hex?: string, one?: string) => {
      if (hex !== undefined) return decoded(hex);
      return one === undefined || one === "\n" ? "" : one;
    });
    const end = text.indexOf("\0");
    return end === -1 ? text : text.slice(0, end);
  },
};

function decoded(hex: string): string {
  if (hex.length === 1) return String.fromCharCode(hexDigit(hex.charCodeAt(0)));
  const low = hexByte(hex, hex.length - 2);
  // Longer escapes name a full-width character only where they are padded with zeros.
  const padded = hex.length >= 4 && /^0*$/.test(hex.slice(0, -4));
  return String.fromCharCode(padded ? narrow(low, hex.slice(-4, -2)) : low);
}
