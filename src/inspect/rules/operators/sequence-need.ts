import type { AST } from "@eslint-community/regexpp";
import { CharClass } from "../../../core/char-class.ts";
import { rarestOfEach } from "./class-rarity.ts";
import { classesOf, memberClasses, setClasses } from "./element-classes.ts";
import { EDGE } from "./operator.ts";

/** What a piece of a pattern needs. */
export interface ElementNeed {
  /** For each mask, a character of one of its classes. */
  readonly classes: readonly number[];
  /** For each group, one of its words. */
  readonly words: readonly (readonly string[])[];
  /** Everything that the piece can match, where that is little; undefined where it is not known. */
  readonly exact: readonly string[] | undefined;
}

/** Spellings of a piece beyond which they are not multiplied any more. */
const MOST_SPELLINGS = 64;
/** Members of a character class that are worth spelling out. */
const MOST_MEMBERS = 8;
/** A word shorter than this is in nearly every text. */
const SHORTEST = 2;

const NOTHING: ElementNeed = { classes: [], words: [], exact: undefined };
/** Takes no room, so that what stands before and after it touches. */
const EMPTY: ElementNeed = { classes: [], words: [], exact: [""] };

/** What holds for a whole pattern and the values it is tried on. */
export interface NeedContext {
  readonly ignoreCase: boolean;
  /** The classes that values hold: what is of no other cannot be there. */
  readonly held: number;
  /** Whether the value is looked at without its quotes (`UNQUOTED`). */
  readonly isQuoteless: boolean;
  /** What elements were found to need: branches of a pattern share most of them. */
  readonly known: Map<AST.Element, ElementNeed | undefined>;
}

/** The classes of what `UNQUOTED` takes out. */
export const QUOTES = CharClass.quote | CharClass.apostrophe | CharClass.backslash | CharClass.caret;
const QUOTE_CODES: ReadonlySet<number> = new Set(Buffer.from("\"'\\^"));

/** What elements one after the other need; undefined where they cannot match. */
export function sequenceNeed(items: readonly AST.Element[], context: NeedContext): ElementNeed | undefined {
  const classes: number[] = [];
  const words: (readonly string[])[] = [];
  let spellings: readonly string[] = [""];
  let isExact = true;
  const flush = (next: readonly string[]): void => {
    words.push(...wordGroup(spellings));
    spellings = next;
    isExact = false;
  };
  for (const item of items) {
    const need = knownNeed(item, context);
    if (need === undefined) return undefined;
    classes.push(...need.classes);
    words.push(...need.words);
    const { exact } = need;
    if (exact === undefined) flush([""]);
    else if (spellings.length * exact.length > MOST_SPELLINGS) flush(exact);
    else spellings = spellings.flatMap((head) => exact.map((tail) => head + tail));
  }
  if (isExact) return { classes, words, exact: spellings };
  flush([""]);
  return { classes, words, exact: undefined };
}

/** A group of words of which one must be there, without those that say nothing; none where some spelling is too short. */
export function wordGroup(spellings: readonly string[]): string[][] {
  const group = [...new Set(spellings.map(wordIn))];
  return group.every(isTelling) ? [group] : [];
}

/** Bytes beyond ASCII tell something alone; the classes of a value tell as much about others. */
function isTelling(word: string): boolean {
  const bare = word.replaceAll(EDGE, "");
  return bare.length >= SHORTEST || bare >= "\x80";
}

const WORD_CHARACTER = /^\w$/;

/** The longest piece of a spelling, with edges where a boundary stands beside a letter, digit or underscore of it. */
function wordIn(spelling: string): string {
  const pieces = spelling.split(EDGE);
  const at = pieces.reduce((best, piece, i) => (piece.length > (pieces[best] ?? "").length ? i : best), 0);
  const word = pieces[at] ?? "";
  const before = at > 0 && WORD_CHARACTER.test(word.charAt(0)) ? EDGE : "";
  const after = at < pieces.length - 1 && WORD_CHARACTER.test(word.slice(-1)) ? EDGE : "";
  return before + word + after;
}

function knownNeed(element: AST.Element, context: NeedContext): ElementNeed | undefined {
  if (context.known.has(element)) return context.known.get(element);
  const need = elementNeed(element, context);
  context.known.set(element, need);
  return need;
}

function elementNeed(element: AST.Element, context: NeedContext): ElementNeed | undefined {
  switch (element.type) {
    case "Character":
      return membersNeed([element.value], classesOf(element.value, element.value), context);
    case "CharacterClass":
      return element.negate ? NOTHING : classNeed(element, context);
    case "CharacterSet":
      return setNeed(element, context);
    case "Group":
    case "CapturingGroup":
      return alternativesNeed(element.alternatives, context);
    case "Quantifier":
      return quantifierNeed(element, context);
    case "Assertion":
      return assertionNeed(element, context);
    case "Backreference":
    case "ExpressionCharacterClass":
    default:
      return NOTHING;
  }
}

/** One of some characters of some classes; undefined where none of them can be there. */
function membersNeed(
  codes: readonly number[] | undefined,
  mask: number,
  { ignoreCase, held, isQuoteless }: NeedContext,
): ElementNeed | undefined {
  if ((mask & held) === 0) return undefined;
  const possible = codes?.filter((code) => (classesOf(code, code) & held) !== 0);
  const left = isQuoteless ? possible?.filter((code) => !QUOTE_CODES.has(code)) : possible;
  const exact = left && spelled(left, ignoreCase);
  const mayGo = left?.length !== possible?.length;
  return { classes: [mask], words: [], exact: mayGo && exact !== undefined ? ["", ...exact] : exact };
}

/** Code points as spellings in lower case; undefined where some case of one cannot be told byte by byte. */
function spelled(codes: readonly number[], ignoreCase: boolean): readonly string[] | undefined {
  if (codes.some((code) => code > 0xff || (ignoreCase && code >= 0x80))) return undefined;
  return [...new Set(codes.map((code) => lowerCase(String.fromCharCode(code))))];
}

function lowerCase(character: string): string {
  return character >= "A" && character <= "Z" ? character.toLowerCase() : character;
}

function classNeed(element: AST.CharacterClass, context: NeedContext): ElementNeed | undefined {
  const mask = memberClasses(element);
  if (mask === undefined) return NOTHING;
  const possible = membersOf(element)?.filter((code) => (classesOf(code, code) & context.held) !== 0);
  return membersNeed(possible !== undefined && possible.length <= MOST_MEMBERS ? possible : undefined, mask, context);
}

/** The code points of a character class; undefined where they are too many to spell out. */
function membersOf({ elements }: AST.CharacterClass): number[] | undefined {
  const codes: number[] = [];
  for (const member of elements) {
    if (member.type === "Character") codes.push(member.value);
    else if (member.type !== "CharacterClassRange" || member.max.value - member.min.value >= MOST_MEMBERS)
      return undefined;
    else for (let code = member.min.value; code <= member.max.value; code++) codes.push(code);
  }
  return codes;
}

function setNeed(element: AST.CharacterSet, context: NeedContext): ElementNeed | undefined {
  if (element.kind === "any" || element.negate) return NOTHING;
  return membersNeed(undefined, setClasses(element), context);
}

function alternativesNeed(alternatives: readonly AST.Alternative[], context: NeedContext): ElementNeed | undefined {
  const needs = alternatives.flatMap(({ elements }) => sequenceNeed(elements, context) ?? []);
  const [only] = needs;
  if (needs.length < 2) return only;
  const classes = rarestOfEach(needs.map((need) => need.classes));
  const exact = [...new Set(needs.flatMap((need) => need.exact ?? []))];
  if (needs.every((need) => need.exact !== undefined) && exact.length <= MOST_SPELLINGS)
    return { classes, words: [], exact };
  const groups = needs.map((need) => need.words[0] ?? wordGroup(need.exact ?? [""])[0]);
  const words = groups.every((group) => group !== undefined) ? [groups.flat()] : [];
  return { classes, words, exact: undefined };
}

function quantifierNeed({ min, max, element }: AST.Quantifier, context: NeedContext): ElementNeed | undefined {
  const need = knownNeed(element, context);
  if (need === undefined) return min === 0 ? EMPTY : undefined;
  const { exact } = need;
  // Any number of nothing is nothing.
  if (exact?.length === 1 && exact[0] === "") return { ...EMPTY, classes: min === 0 ? [] : need.classes };
  if (min === 0) return max === 1 && exact !== undefined ? { ...EMPTY, exact: ["", ...exact] } : NOTHING;
  if (exact === undefined) return need;
  let repeated = exact;
  let times = 1;
  for (; times < min && repeated.length * exact.length <= MOST_SPELLINGS; times++)
    repeated = repeated.flatMap((head) => exact.map((tail) => head + tail));
  if (max === min && times === min) return { ...need, exact: repeated };
  return { classes: need.classes, words: [...need.words, ...wordGroup(repeated)], exact: undefined };
}

function assertionNeed(element: AST.Assertion, context: NeedContext): ElementNeed | undefined {
  // Beside a quote there is an edge that is none once the quote is gone.
  if (element.kind === "word") return element.negate || context.isQuoteless ? EMPTY : { ...EMPTY, exact: [EDGE] };
  if ((element.kind !== "lookahead" && element.kind !== "lookbehind") || element.negate) return EMPTY;
  // What a positive look-around asks for stands in the value too, but not beside its neighbours.
  const need = alternativesNeed(element.alternatives, context);
  if (need === undefined) return undefined;
  const { classes, words, exact } = need;
  return { classes, words: exact === undefined ? words : [...words, ...wordGroup(exact)], exact: [""] };
}
