import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** `t:uppercase`: ASCII letters only. */
export const uppercase: Transformation = {
  name: "uppercase",
  triggers: CharClass.letter,
  apply: (value) => value.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase()),
};
