import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** `t:compressWhitespace`: every run of white space becomes one space. */
export const compressWhitespace: Transformation = {
  name: "compressWhitespace",
  triggers: CharClass.space | CharClass.control,
  apply: (value) => value.replaceAll(/[ \t-\r]+/g, " "),
};
