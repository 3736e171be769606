import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** `t:removeWhitespace`: the bytes of a no-break space go too (0xC2, 0xA0), each also as part of another character. */
export const removeWhitespace: Transformation = {
  name: "removeWhitespace",
  triggers: CharClass.space | CharClass.control | CharClass.nonAscii,
  apply: (value) => value.replaceAll(/[ \t-\r\xa0\xc2]+/g, ""),
};
