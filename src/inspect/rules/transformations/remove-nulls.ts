import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** `t:removeNulls` */
export const removeNulls: Transformation = {
  name: "removeNulls",
  triggers: CharClass.control,
  apply: (value) => value.replaceAll("\0", ""),
};
