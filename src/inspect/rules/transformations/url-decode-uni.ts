import { CharClass } from "../../../core/char-class.ts";
import { hexByte, narrow } from "./hex.ts";
import type { Transformation } from "./transformation.ts";

/** `t:urlDecodeUni`: as `urlDecode`, and Microsoft's `%uXXXX` as its lower byte, full-width ASCII as plain ASCII. */
export const urlDecodeUni: Transformation = {
  name: "urlDecodeUni",
  triggers: CharClass.percent | CharClass.plus,
  apply: (value) => value.replaceAll(/\+|%u[0-9a-f]{4}|%[0-9a-f]{2}/gi, decoded),
};

function decoded(found: string): string {
  if (found === "+") return " ";
  if (found.length === 3) return String.fromCharCode(hexByte(found, 1));
  return String.fromCharCode(narrow(hexByte(found, 4), found.slice(2, 4)));
}
