import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** What stands for itself. */
const PLAIN = CharClass.letter | CharClass.digit | CharClass.asterisk;

/** `t:urlEncode`: everything but ASCII letters, digits and `*` becomes `%xx`, a space `+`. */
export const urlEncode: Transformation = {
  name: "urlEncode",
  triggers: Object.values(CharClass).reduce((union, bit) => union | bit, 0) & ~PLAIN,
  apply: (value) =>
    value.replaceAll(/[^0-9A-Za-z*]/g, (found) =>
      found === " " ? "+" : `%${found.charCodeAt(0).toString(16).padStart(2, "0")}`,
    ),
};
