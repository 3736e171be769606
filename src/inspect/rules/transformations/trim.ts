import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

const triggers = CharClass.space | CharClass.control;

/** `t:trim` */
export const trim: Transformation = { name: "trim", triggers, apply: (value) => withoutEnd(withoutStart(value)) };
/** `t:trimLeft` */
export const trimLeft: Transformation = { name: "trimLeft", triggers, apply: withoutStart };
/** `t:trimRight` */
export const trimRight: Transformation = { name: "trimRight", triggers, apply: withoutEnd };

function withoutStart(value: string): string {
  let start = 0;
  while (isSpace(value.charCodeAt(start))) start++;
  return value.slice(start);
}

function withoutEnd(value: string): string {
  let end = value.length;
  while (isSpace(value.charCodeAt(end - 1))) end--;
  return value.slice(0, end);
}

/** White space as C's `isspace` has it. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
