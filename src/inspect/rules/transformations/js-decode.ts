import { CharClass } from "../../../core/char-class.ts";
import { hexByte, narrow } from "./hex.ts";
import type { Transformation } from "./transformation.ts";

/** `t:jsDecode`: `\uHHHH` (lower byte, full-width ASCII as plain), `\xHH`, octal up to `\377`, and the simple escapes. */
export const jsDecode: Transformation = {
  name: "jsDecode",
  triggers: CharClass.backslash,
  apply: (value) => value.replaceAll(/\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-3][0-7]{0,2}|[4-7][0-7]?|[^])/g, decoded),
};

function decoded(found: string): string {
  const first = found.charAt(1);
  if (first >= "0" && first <= "7") return String.fromCharCode(Number.parseInt(found.slice(1), 8));
  if (found.length === 2) return SIMPLE_ESCAPES[first] ?? first;
  if (first === "x") return String.fromCharCode(hexByte(found, 2));
  return String.fromCharCode(narrow(hexByte(found, 4), found.slice(2, 4)));
}

/** The letters that stand for control characters after a backslash, in C as in JavaScript. */
export const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
