import type { AST } from "@eslint-community/regexpp";
import { BYTE_CLASS, CharClass } from "../../../core/char-class.ts";

/** The classes of a range of code points. */
export function classesOf(from: number, to: number): number {
  let mask = 0;
  for (let code = from; code <= to && code < 0x80; code++) mask |= BYTE_CLASS[code] ?? 0;
  return to >= 0x80 ? mask | CharClass.nonAscii : mask;
}

/** The classes of `\d`, `\s` and `\w`; a property of Unicode is anything. */
export function setClasses({ kind }: AST.EscapeCharacterSet | AST.UnicodePropertyCharacterSet): number {
  if (kind === "digit") return CharClass.digit;
  if (kind === "space") return CharClass.space | CharClass.control | CharClass.nonAscii;
  return kind === "word" ? CharClass.letter | CharClass.digit | CharClass.comma : -1;
}

/** The classes of the members of a character class; undefined where one is negated or a nested class. */
export function memberClasses({ elements }: AST.CharacterClass): number | undefined {
  let mask = 0;
  for (const member of elements) {
    if (member.type === "Character") mask |= classesOf(member.value, member.value);
    else if (member.type === "CharacterClassRange") mask |= classesOf(member.min.value, member.max.value);
    else if (member.type === "CharacterSet" && !member.negate) mask |= setClasses(member);
    else return undefined;
  }
  return mask;
}
