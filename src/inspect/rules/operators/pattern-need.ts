import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { BYTE_CLASS, CharClass } from "../../../core/char-class.ts";
import type { Need } from "./operator.ts";

/** A literal shorter than this is in nearly every text. */
const SHORTEST = 3;
/** Classes that nearly every leaf has: a need for one of them skips nothing. */
const COMMON = CharClass.letter | CharClass.digit;

/**
 * What every match of a pattern must hold, read off its syntax tree: which classes of characters, and one of which
 * literals. Never too much: an element that may be absent needs nothing.
 */
export function patternNeed(pattern: RegExp): Need {
  const tree = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(pattern.source);
  const need = alternatives(tree.alternatives);
  return { classes: need.classes.filter((mask) => (mask & COMMON) === 0), literals: need.literals ?? [] };
}

interface ElementNeed {
  readonly classes: readonly number[];
  /** Undefined where no literal is needed. */
  readonly literals: readonly string[] | undefined;
}

const NOTHING: ElementNeed = { classes: [], literals: undefined };

function alternatives(branches: readonly AST.Alternative[]): ElementNeed {
  const needs = branches.map((branch) => sequence(branch.elements));
  const [only] = needs;
  if (needs.length === 1 && only !== undefined) return only;
  // Each branch gives its rarest class; together they are one need.
  const rarest = needs.map(({ classes }) => classes.toSorted((a, b) => rarity(a) - rarity(b))[0]);
  const classes = rarest.every((mask) => mask !== undefined) ? [rarest.reduce((union, mask) => union | mask, 0)] : [];
  const literals = needs.every((need) => need.literals !== undefined)
    ? needs.flatMap((need) => need.literals ?? [])
    : undefined;
  return { classes, literals };
}

function rarity(mask: number): number {
  return (mask & (COMMON | CharClass.space) ? 100 : 0) + mask.toString(2).replaceAll("0", "").length;
}

function sequence(elements: readonly AST.Element[]): ElementNeed {
  const classes: number[] = [];
  let best: readonly string[] | undefined;
  let run = "";
  const offer = (literals: readonly string[] | undefined): void => {
    if (literals === undefined || literals.some((literal) => literal.length < SHORTEST)) return;
    if (best === undefined || weight(literals) > weight(best)) best = literals;
  };
  for (const element of elements) {
    if (element.type === "Character" && element.value < 0x80) run += String.fromCharCode(element.value).toLowerCase();
    else {
      offer([run]);
      run = "";
    }
    const need = elementNeed(element);
    classes.push(...need.classes);
    offer(need.literals);
  }
  offer([run]);
  return { classes: [...new Set(classes)], literals: best };
}

/** Few long literals skip more than many short ones. */
function weight(literals: readonly string[]): number {
  return Math.min(...literals.map((literal) => literal.length)) - literals.length / 8;
}

function elementNeed(element: AST.Element): ElementNeed {
  switch (element.type) {
    case "Character":
      return { classes: [classOf(element.value, element.value)], literals: undefined };
    case "CharacterClass":
      return element.negate ? NOTHING : { classes: characterClass(element), literals: undefined };
    case "Group":
    case "CapturingGroup":
      return alternatives(element.alternatives);
    case "Quantifier":
      return element.min > 0 ? elementNeed(element.element) : NOTHING;
    case "Assertion":
    case "Backreference":
    case "CharacterSet":
    case "ExpressionCharacterClass":
    default:
      return NOTHING;
  }
}

function characterClass(element: AST.CharacterClass): number[] {
  let mask = 0;
  for (const member of element.elements) {
    if (member.type === "Character") mask |= classOf(member.value, member.value);
    else if (member.type === "CharacterClassRange") mask |= classOf(member.min.value, member.max.value);
    else if (member.type === "CharacterSet" && member.kind === "space")
      mask |= CharClass.space | CharClass.control | CharClass.nonAscii;
    else return [];
  }
  return mask === 0 ? [] : [mask];
}

function classOf(from: number, to: number): number {
  let mask = 0;
  for (let code = from; code <= to && code < 0x80; code++) mask |= BYTE_CLASS[code] ?? 0;
  return to >= 0x80 ? mask | CharClass.nonAscii : mask;
}
