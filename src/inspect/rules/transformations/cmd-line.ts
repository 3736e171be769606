import { CharClass } from "../../../core/char-class.ts";
import { lowered } from "./lowercase.ts";
import type { Transformation } from "./transformation.ts";

/** `t:cmdLine`: what shells ignore goes (quotes, carets, backslashes), separators become one space, none before `/` and `(`. */
export const cmdLine: Transformation = {
  name: "cmdLine",
  triggers:
    CharClass.quote |
    CharClass.apostrophe |
    CharClass.backslash |
    CharClass.caret |
    CharClass.space |
    CharClass.control |
    CharClass.comma |
    CharClass.semicolon |
    CharClass.letter,
  apply: (value) =>
    lowered(
      value
        .replaceAll(/["'\\^]+/g, "")
        .replaceAll(/[ ,;\t\r\n]+/g, " ")
        .replaceAll(/ (?=[/(])/g, ""),
    ),
};
