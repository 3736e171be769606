import type { AST } from "@eslint-community/regexpp";
import { CharClass } from "../../../core/char-class.ts";
import { classesOf } from "./sequence-need.ts";

/** Every class there is. */
const ANY = -1;

/**
 * The classes of which the first character of a value, or the first after a line end, must have one; undefined where a
 * pattern may match anywhere, or an empty value.
 */
export function firstClasses(items: readonly AST.Element[]): number | undefined {
  const [anchor, ...rest] = items;
  if (anchor === undefined || anchor.type !== "Assertion" || anchor.kind !== "start") return undefined;
  let mask = 0;
  for (const item of rest) {
    const first = beginnings(item);
    if (first === undefined) return undefined;
    mask |= first.mask;
    if (mask === ANY) return undefined;
    if (!first.nullable) return mask;
  }
  return undefined;
}

interface Beginning {
  readonly mask: number;
  /** Whether the element can match nothing. */
  readonly nullable: boolean;
}

function beginnings(element: AST.Element): Beginning | undefined {
  switch (element.type) {
    case "Character":
      return { mask: classesOf(element.value, element.value), nullable: false };
    case "CharacterClass":
      return element.negate ? undefined : classBeginning(element);
    case "CharacterSet":
      return element.kind === "any" || element.negate ? undefined : { mask: setMask(element.kind), nullable: false };
    case "Quantifier": {
      const inner = beginnings(element.element);
      return inner && { mask: inner.mask, nullable: inner.nullable || element.min === 0 };
    }
    case "Group":
    case "CapturingGroup":
      return alternativesBeginning(element.alternatives);
    case "Assertion":
      return { mask: 0, nullable: true };
    case "Backreference":
    case "ExpressionCharacterClass":
    default:
      return undefined;
  }
}

function alternativesBeginning(alternatives: readonly AST.Alternative[]): Beginning | undefined {
  let mask = 0;
  let nullable = false;
  for (const { elements } of alternatives) {
    let open = true;
    for (const element of elements) {
      const first = beginnings(element);
      if (first === undefined) return undefined;
      mask |= first.mask;
      if (!first.nullable) {
        open = false;
        break;
      }
    }
    nullable ||= open;
  }
  return { mask, nullable };
}

function classBeginning({ elements }: AST.CharacterClass): Beginning | undefined {
  let mask = 0;
  for (const member of elements) {
    if (member.type === "Character") mask |= classesOf(member.value, member.value);
    else if (member.type === "CharacterClassRange") mask |= classesOf(member.min.value, member.max.value);
    else if (member.type === "CharacterSet" && !member.negate) mask |= setMask(member.kind);
    else return undefined;
  }
  return { mask, nullable: false };
}

function setMask(kind: string): number {
  if (kind === "digit") return CharClass.digit;
  if (kind === "space") return CharClass.space | CharClass.control | CharClass.nonAscii;
  return kind === "word" ? CharClass.letter | CharClass.digit | CharClass.comma : ANY;
}
