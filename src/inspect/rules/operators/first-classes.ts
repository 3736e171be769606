import type { AST } from "@eslint-community/regexpp";
import { classesOf, memberClasses, setClasses } from "./element-classes.ts";

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
      return ofOne(classesOf(element.value, element.value));
    case "CharacterClass":
      return element.negate ? undefined : ofOne(memberClasses(element));
    case "CharacterSet":
      return element.kind === "any" || element.negate ? undefined : ofOne(setClasses(element));
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

/** The beginning of an element that is one character. */
function ofOne(mask: number | undefined): Beginning | undefined {
  return mask === undefined ? undefined : { mask, nullable: false };
}
