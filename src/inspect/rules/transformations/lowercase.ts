import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** `t:lowercase`: ASCII letters only. */
export const lowercase: Transformation = {
  name: "lowercase",
  triggers: CharClass.letter,
  apply: lowered,
};

/** A byte string with its ASCII letters in lower case. `toLowerCase` would change bytes from 0xC0 too. */
export function lowered(value: string): string {
  if (!/[\xc0-\xde]/.test(value)) return value.toLowerCase();
  return value.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
