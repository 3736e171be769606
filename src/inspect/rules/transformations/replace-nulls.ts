import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** `t:replaceNulls`: each NUL becomes a space. */
export const replaceNulls: Transformation = {
  name: "replaceNulls",
  triggers: CharClass.control,
  apply: (value) => value.replaceAll("\0", " "),
};
