import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { BYTE_CLASS, CharClass } from "../../../core/char-class.ts";
import type { Need } from "./operator.ts";

/** A literal shorter than this is in nearly every text. */
const SHORTEST = 3;
/** Classes that nearly every leaf has: a need for one of them skips nothing. */
const COMMON = CharClass.letter | CharClass.digit;

/** Alternatives beyond which a pattern's need is summed up rather than spelled out. */
const MOST_BRANCHES = 400;

/**
 * What every match of a pattern must hold, read off its syntax tree: for each alternative, which classes of characters, and
 * one of which literals. Never too much: an element that may be absent needs nothing.
 */
export function patternNeed(pattern: RegExp): Need {
  const tree = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(pattern.source);
  const branches = tree.alternatives.flatMap(({ elements }) => branchesOf(elements));
  const spelled = branches.length > MOST_BRANCHES ? [alternatives(tree.alternatives)] : branches;
  return spelled.map(({ classes, literals }) => ({ classes: [...new Set(classes)], literals: literals ?? [] }));
}

/** A sequence as the alternatives of its widest group, each with what the rest of the sequence needs. */
function branchesOf(elements: readonly AST.Element[]): ElementNeed[] {
  const groups = elements.map((element) => groupOf(element)?.alternatives ?? []);
  const widest = Math.max(0, ...groups.map(({ length }) => length));
  if (widest < 2) return [sequence(elements)];
  const at = groups.findIndex(({ length }) => length === widest);
  const others = elements.toSpliced(at, 1);
  const branches = (groups[at] ?? []).flatMap((alternative) => branchesOf(alternative.elements));
  if (branches.length > MOST_BRANCHES) return [sequence(elements)];
  const spelled = branchesOf(others);
  const rest = spelled.length * branches.length > MOST_BRANCHES ? [sequence(others)] : spelled;
  return branches.flatMap((branch) => rest.map((other) => bothNeeds(branch, other)));
}

function bothNeeds(a: ElementNeed, b: ElementNeed): ElementNeed {
  return { classes: [...a.classes, ...b.classes], literals: betterLiterals(a.literals, b.literals) };
}

/** The group that an element is or repeats at least once. */
function groupOf(element: AST.Element): AST.Group | AST.CapturingGroup | undefined {
  if (element.type === "Group" || element.type === "CapturingGroup") return element;
  if (element.type !== "Quantifier" || element.min === 0) return undefined;
  return groupOf(element.element);
}

function betterLiterals(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return weight(a) >= weight(b) ? a : b;
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
    case "CharacterSet":
      return element.kind === "any" || element.negate
        ? NOTHING
        : { classes: [setClasses(element)], literals: undefined };
    case "Assertion": {
      // What a positive look-around asks for stands in the value too.
      const looks = element.kind === "lookahead" || element.kind === "lookbehind";
      return looks && !element.negate ? alternatives(element.alternatives) : NOTHING;
    }
    case "Backreference":
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
    else if (member.type === "CharacterSet" && !member.negate) mask |= setClasses(member);
    else return [];
  }
  return mask === 0 ? [] : [mask];
}

/** `\d`, `\s` and `\w`; a property of Unicode is anything. */
function setClasses({ kind }: AST.EscapeCharacterSet | AST.UnicodePropertyCharacterSet): number {
  if (kind === "digit") return CharClass.digit;
  if (kind === "space") return CharClass.space | CharClass.control | CharClass.nonAscii;
  return kind === "word" ? CharClass.letter | CharClass.digit | CharClass.comma : -1;
}

function classOf(from: number, to: number): number {
  let mask = 0;
  for (let code = from; code <= to && code < 0x80; code++) mask |= BYTE_CLASS[code] ?? 0;
  return to >= 0x80 ? mask | CharClass.nonAscii : mask;
}
