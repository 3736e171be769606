import { CharClass } from "../../../core/char-class.ts";
import { hexByte } from "./hex.ts";
import type { Transformation } from "./transformation.ts";

/** `t:urlDecode`: `%XX` and `+`; malformed sequences stay. */
export const urlDecode: Transformation = {
  name: "urlDecode",
  triggers: CharClass.percent | CharClass.plus,
  apply: (value) =>
    value.replaceAll(/\+|%[0-9a-f]{2}/gi, (found) => (found === "+" ? " " : String.fromCharCode(hexByte(found, 1)))),
};
