import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** `t:lowercase` */
export const lowercase: Transformation = {
  name: "lowercase",
  triggers: CharClass.letter | CharClass.nonAscii,
  apply: (value) => value.toLowerCase(),
};
/** `t:removeNulls` */
export const removeNulls: Transformation = {
  name: "removeNulls",
  triggers: CharClass.control,
  apply: (value) => value.replaceAll("\0", ""),
};
/** `t:compressWhitespace`: every run of white space becomes one space. */
export const compressWhitespace: Transformation = {
  name: "compressWhitespace",
  triggers: CharClass.space | CharClass.control | CharClass.nonAscii,
  apply: (value) => value.replaceAll(/[\s\u00a0]+/g, " "),
};
/** `t:removeWhitespace` */
export const removeWhitespace: Transformation = {
  name: "removeWhitespace",
  triggers: CharClass.space | CharClass.control | CharClass.nonAscii,
  apply: (value) => value.replaceAll(/[\s\u00a0]+/g, ""),
};
/** `t:replaceComments`: C comments become one space each, an unfinished one too. */
export const replaceComments: Transformation = {
  name: "replaceComments",
  triggers: CharClass.asterisk,
  apply: (value) => value.replaceAll(/\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)/g, " "),
};
/** `t:cmdLine`: what shells ignore goes (quotes, carets, backslashes), separators become one space, letters small. */
export const cmdLine: Transformation = {
  name: "cmdLine",
  triggers: 0,
  apply: (value) =>
    value
      .replaceAll(/["'\\^]/g, "")
      .replaceAll(/[\s,;]+/g, " ")
      .replaceAll(/ (?=[/(])/g, "")
      .toLowerCase(),
};
/** `t:trim` */
export const trim: Transformation = {
  name: "trim",
  triggers: CharClass.space | CharClass.control | CharClass.nonAscii,
  apply: (value) => value.trim(),
};
