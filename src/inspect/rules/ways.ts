import { CharClass, charClasses } from "../../core/char-class.ts";
import type { ActiveRule } from "./active-rule.ts";
import { rarestOfEach } from "./operators/class-rarity.ts";
import type { NeedBranch } from "./operators/operator.ts";
import type { PipelineEffect } from "./pipeline-effect.ts";
import { commonness, commonnessOfAny } from "./rarity.ts";
import type { Link } from "./rule.ts";
import type { Form } from "./subject.ts";
import type { Transformation } from "./transformations/transformation.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Rules that look at the same form of a value. */
export interface Pipeline {
  readonly transformations: readonly Transformation[];
  readonly effect: PipelineEffect;
  readonly rules: readonly ActiveRule[];
  /** Whether some rule looks at several forms (`multiMatch`). */
  readonly several: boolean;
  /** Bytes that a value must have at least for one of the rules to match what becomes of it. */
  readonly shortest: number;
  /** The planner's bits of the doubts about it. */
  readonly doubts: number;
}

/** One way in which a rule can match, with the words that are still to be there. */
export interface Way {
  readonly active: ActiveRule;
  readonly pipeline: Pipeline;
  /** For each mask, the value must hold a character of one of its classes. */
  readonly classes: readonly number[];
  /** For each group, one of its words must stand in the value. */
  readonly groups: readonly (readonly number[])[];
  /** The classes of which the first character must have one. */
  readonly first: number | undefined;
}

type ByWord = ReadonlyMap<number, readonly Way[]>;

/** Ways by what they ask for first: the rarest of their words, in the value or in it without its quotes; or no word at all. */
export interface Ways {
  readonly always: readonly Way[];
  readonly byWord: ByWord;
  readonly byUnquotedWord: ByWord;
}

const ANYTHING: readonly NeedBranch[] = [{ classes: [], words: [] }];
/** A chance at any place of a text beyond which a group of words tells too little to be looked for. */
const USELESS = 3e-2;
/** What a transformation may make another first character of. */
const FLEETING = ~(CharClass.letter | CharClass.digit);

/** The ways of a pipeline's rules in values that hold no other classes than these. */
export function waysOf(pipeline: Pipeline, held: number, vocabulary: Vocabulary): Ways {
  const always: Way[] = [];
  const byWord = new Map<number, Way[]>();
  const byUnquotedWord = new Map<number, Way[]>();
  const add = (into: Map<number, Way[]>, word: number, way: Way): void => {
    const list = into.get(word);
    if (list === undefined) into.set(word, [way]);
    else list.push(way);
  };
  for (const active of pipeline.rules) {
    const asked = vocabulary.asked(active, held, () => askedBy(active, pipeline.effect, held, vocabulary));
    for (const {
      classes,
      first,
      isPlain,
      groups: [rarest, ...groups],
    } of asked) {
      const way: Way = { active, pipeline, classes, groups: isPlain ? groups : [], first };
      if (rarest === undefined) always.push(way);
      else for (const word of rarest) add(isPlain ? byWord : byUnquotedWord, word, way);
    }
  }
  return { always, byWord, byUnquotedWord };
}

/** What a rule's first link asks for in values that hold no other classes than these. */
function askedBy({ rule }: ActiveRule, effect: PipelineEffect, held: number, vocabulary: Vocabulary): Asked[] {
  return withoutMany(
    needOf(rule.links[0], held).map(({ classes, words, unquotedWords = [], first }): Asked => {
      const plain = rarestFirst(words, effect, vocabulary);
      const isPlain = plain.length > 0;
      return { classes, first, isPlain, groups: isPlain ? plain : rarestFirst(unquotedWords, effect, vocabulary) };
    }),
  );
}

/** What a branch of a need asks for, in numbers of words. */
export interface Asked {
  readonly classes: readonly number[];
  readonly first: number | undefined;
  /** Whether its words are looked for in the value as it is. */
  readonly isPlain: boolean;
  readonly groups: readonly (readonly number[])[];
}

/** Branches that ask for the same words beyond which one stands for all of them. */
const MANY = 6;

/** The branches, where many ask for the same words only one that asks for the classes that they have in common. */
function withoutMany(asked: readonly Asked[]): Asked[] {
  const alike = Map.groupBy(asked, ({ first, isPlain, groups }) => JSON.stringify([isPlain, first, groups]));
  return [...alike.values()].flatMap((branches) => {
    const [one, ...others] = branches;
    if (one === undefined || branches.length <= MANY) return branches;
    const common = one.classes.filter((mask) => others.every(({ classes }) => classes.includes(mask)));
    return [{ ...one, classes: [...common, ...rarestOfEach(branches.map(({ classes }) => classes))] }];
  });
}

/** Bytes that some word of each way has at least. */
export function shortestMatch({ always, byWord, byUnquotedWord }: Ways, vocabulary: Vocabulary): number {
  if (always.length > 0) return 0;
  return Math.min(...[...byWord.keys(), ...byUnquotedWord.keys()].map((word) => vocabulary.word(word).length));
}

/** Whether a value that holds these classes has all that a way asks for of them. */
export function isPossible({ classes }: Way, held: number): boolean {
  for (const mask of classes) if ((held & mask) === 0) return false;
  return true;
}

/** Whether a way is open for a form of a value that holds these words. */
export function isOpen(way: Way, form: Form, words: readonly number[]): boolean {
  if (!isPossible(way, form.foreseen)) return false;
  const { groups, first } = way;
  if (first !== undefined && !mayBegin(form, first)) return false;
  for (const group of groups) if (!group.some((word) => words.includes(word))) return false;
  return true;
}

function needOf({ operator: { negated, constant } }: Link, held: number): readonly NeedBranch[] {
  if (negated || constant === undefined) return ANYTHING;
  return constant.needAmong?.(held) ?? constant.need;
}

/** Groups of words as they come out of a pipeline, without those that nobody looks for. */
function rarestFirst(
  groups: readonly (readonly string[])[],
  effect: PipelineEffect,
  vocabulary: Vocabulary,
): number[][] {
  return groups
    .map((group) => [...new Set(group.map((literal) => tellingPart(effect.word(literal))))])
    .filter((group) => !group.includes(""))
    .map((group) => ({ group, chance: commonnessOfAny(group) }))
    .toSorted((a, b) => a.chance - b.chance)
    .filter(({ chance }) => chance < USELESS)
    .map(({ group }) => [...new Set(group.map((word) => vocabulary.number(word)))])
    .filter((group) => group.every((word) => word !== undefined));
}

/** Characters of a word that are looked for: more tell little more. */
const LONGEST_WORD = 6;

const tellingParts = new Map<string, string>();
const MOST_PARTS = 50_000;

/** The rarest part of a long word. */
function tellingPart(word: string): string {
  if (word.length <= LONGEST_WORD) return word;
  const part = tellingParts.get(word) ?? newTellingPart(word);
  if (tellingParts.size >= MOST_PARTS) tellingParts.clear();
  tellingParts.set(word, part);
  return part;
}

function newTellingPart(word: string): string {
  let best = word.slice(0, LONGEST_WORD);
  for (let at = 1; at + LONGEST_WORD <= word.length; at++) {
    const part = word.slice(at, at + LONGEST_WORD);
    if (commonness(part) < commonness(best)) best = part;
  }
  return best;
}

/** Whether a value of one line may begin with a character of some classes after every foreseen transformation. */
function mayBegin({ value, classes }: Form, first: number): boolean {
  if ((classes & CharClass.control) !== 0) return true;
  return (charClasses(value.slice(0, 1)) & (first | FLEETING)) !== 0;
}
