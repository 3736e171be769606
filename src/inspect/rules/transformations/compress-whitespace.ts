import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** White space that is not already one space alone, as nearly all of it is. */
const UNCOMPRESSED = /[\t-\r]| {2}/;

/** `t:compressWhitespace`: every run of white space becomes one space. */
export const compressWhitespace: Transformation = {
  name: "compressWhitespace",
  triggers: CharClass.space | CharClass.control,
  apply: (value) => (UNCOMPRESSED.test(value) ? value.replaceAll(/[ \t-\r]+/g, " ") : value),
};
