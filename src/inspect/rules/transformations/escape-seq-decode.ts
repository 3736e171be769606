import { CharClass } from "../../../core/char-class.ts";
import { hexByte } from "./hex.ts";
import { SIMPLE_ESCAPES } from "./js-decode.ts";
import type { Transformation } from "./transformation.ts";

/** `t:escapeSeqDecode`: the escapes of ANSI C: `\n` and its kind, `\xHH`, octal. Before anything else the backslash goes. */
export const escapeSeqDecode: Transformation = {
  name: "escapeSeqDecode",
  triggers: CharClass.backslash,
  apply: (value) => value.replaceAll(/\\(?:[xX][0-9a-fA-F]{2}|[0-7]{1,3}|[^])/g, decoded),
};

function decoded(found: string): string {
  const first = found.charAt(1);
  if (first >= "0" && first <= "7") return String.fromCharCode(Number.parseInt(found.slice(1), 8) & 0xff);
  if (found.length === 2) return SIMPLE_ESCAPES[first] ?? first;
  return String.fromCharCode(hexByte(found, 2));
}
