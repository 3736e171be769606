import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** `t:removeCommentsChar`: the signs that begin or end a comment go, what stands between them stays. */
export const removeCommentsChar: Transformation = {
  name: "removeCommentsChar",
  triggers: CharClass.asterisk | CharClass.hyphen | CharClass.hash,
  apply: (value) => value.replaceAll(/\/\*|\*\/|<!--|-->|--|#/g, ""),
};
