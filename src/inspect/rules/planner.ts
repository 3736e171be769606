import { CharClass } from "../../core/char-class.ts";
import type { ActiveRule } from "./active-rule.ts";
import { type Doubt, pipelineEffect, type PipelineEffect } from "./pipeline-effect.ts";
import type { Form, Subject } from "./subject.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { isOpen, isPossible, type Pipeline, shortestMatch, type Way, type Ways, waysOf } from "./ways.ts";

/** How values of some character classes are dealt with. */
export interface ValuePlan {
  /** The ways of the sort of value that these classes make; of those that no word has to open, the possible ones. */
  readonly ways: Ways;
  /** What may make something else of a value than is foreseen. */
  readonly doubts: readonly NumberedDoubt[];
  /** Whether values of these classes cannot match unless they hold one of the wanted words. */
  readonly quiet: boolean;
  /** Marks with 1 the words of which some opens a way that values of these classes can go. */
  readonly wanted: Uint8Array;
}

interface NumberedDoubt extends Doubt {
  readonly bit: number;
}

/** Masks of values seen so far; real traffic has a few hundred. */
const MOST_PLANS = 512;
/** Times that values of the same classes come before a plan of their own pays; a hostile body has none twice. */
const WORTH_A_PLAN = 8;
const MOST_SEEN = 4096;
const NO_WORDS: readonly number[] = [];
const NO_WAYS: readonly Way[] = [];

/** Classes that make a difference to what a pattern needs beyond that something of them must be there: they may stand inside words. */
const SORTS = [
  CharClass.space,
  CharClass.control,
  CharClass.nonAscii,
  CharClass.quote | CharClass.apostrophe | CharClass.backtick | CharClass.backslash | CharClass.caret,
  CharClass.percent,
  CharClass.ampersand,
];
const ALWAYS_HELD = ~SORTS.reduce((union, classes) => union | classes, 0);
/** Sorts whose words are made known beforehand: anything, and words. */
const FORESEEN = [~0, ALWAYS_HELD | CharClass.space];

/** The sort of a value, of which there are few: its classes, with all that make the same difference. */
function sortOf(classes: number): number {
  return SORTS.reduce((sort, some) => ((classes & some) === 0 ? sort : sort | some), ALWAYS_HELD);
}

/**
 * Chooses, for each value, the few rules that could match it: by the classes of its characters, which are known from
 * decoding, and by the words in it, which one search finds for all rules. What it leaves out would not have matched.
 */
export class Planner {
  readonly #vocabulary: Vocabulary;
  readonly #pipelines: readonly Pipeline[];
  readonly #doubts: readonly NumberedDoubt[];
  readonly #plans = new Map<number, ValuePlan>();
  /** How often values of classes without a plan of their own have come. */
  readonly #seen = new Map<number, number>();
  readonly #sortPlans = new Map<number, ValuePlan>();
  readonly #sorts = new Map<number, Ways>();
  readonly #wanted = new Map<Ways, Uint8Array>();
  readonly #ways = new Map<Pipeline, Map<number, Ways>>();

  constructor(rules: readonly ActiveRule[], vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    const groups = [
      ...Map.groupBy(rules, ({ rule: { links } }) =>
        links[0].transformations.map(({ name }) => name).join(" "),
      ).values(),
    ].map((group) => ({ group, effect: pipelineEffect(group[0]?.rule.links[0].transformations ?? []) }));
    const doubts = [...new Set(groups.flatMap(({ effect }) => effect.doubts))];
    this.#doubts = doubts.map((doubt, i) => ({ ...doubt, bit: 1 << i }));
    this.#pipelines = groups.map(({ group, effect }) => ({
      transformations: group[0]?.rule.links[0].transformations ?? [],
      effect,
      rules: group,
      shortest: shortestValue(group, effect, vocabulary),
      several: group.some(({ rule }) => rule.links[0].multiMatch),
      doubts: doubts.reduce((bits, doubt, i) => (effect.doubts.includes(doubt) ? bits | (1 << i) : bits), 0),
    }));
    // Words must be known before the search is built.
    for (const pipeline of this.#pipelines) for (const sort of FORESEEN) this.#waysFor(pipeline, sort);
  }

  /** The plan for values of these classes, as they come: one of their own once they have come several times. */
  plan(classes: number): ValuePlan {
    const known = this.#plans.get(classes);
    if (known !== undefined) return known;
    const sort = sortOf(classes);
    const times = (this.#seen.get(classes) ?? 0) + 1;
    if (times < WORTH_A_PLAN) {
      if (this.#seen.size >= MOST_SEEN) this.#seen.clear();
      this.#seen.set(classes, times);
      return this.#planForSort(sort);
    }
    const ways = this.#waysForSort(sort);
    const always = ways.always.filter((way) => isPossible(way, way.pipeline.effect.outcome(classes)));
    const doubts = this.#doubts.filter((doubt) => doubt.breaks(classes) && this.#matters(doubt, classes));
    const wanted = new Uint8Array(this.#vocabulary.size);
    for (const [word, some] of ways.byWord)
      if (some.some((way) => isPossible(way, way.pipeline.effect.outcome(classes)))) wanted[word] = 1;
    const quiet = always.length === 0 && doubts.length === 0 && ways.byUnquotedWord.size === 0;
    const plan = { ways: { ...ways, always }, doubts, quiet, wanted };
    if (this.#plans.size >= MOST_PLANS) this.#plans.clear();
    this.#plans.set(classes, plan);
    return plan;
  }

  /** A plan that serves all values of a sort, and lets more through. */
  #planForSort(sort: number): ValuePlan {
    const known = this.#sortPlans.get(sort);
    if (known !== undefined) return known;
    const ways = this.#waysForSort(sort);
    // A value has fewer classes than its sort, and some steps change only what lacks classes: none can be ruled out here.
    const doubts = this.#doubts;
    const plan = { ways, doubts, quiet: false, wanted: this.#wantedBy(ways) };
    this.#sortPlans.set(sort, plan);
    return plan;
  }

  /** Whether a rule could match what a doubtful step makes of values of these classes. */
  #matters({ addsNothing, bit }: NumberedDoubt, classes: number): boolean {
    if (!addsNothing) return true;
    return this.#pipelines.some((pipeline) => {
      if ((pipeline.doubts & bit) === 0) return false;
      const adding = this.#doubts.some(
        (other) => (pipeline.doubts & other.bit) !== 0 && !other.addsNothing && other.breaks(classes),
      );
      if (adding) return true;
      const { always, byWord, byUnquotedWord } = this.#waysFor(pipeline, sortOf(pipeline.effect.outcome(classes)));
      const held = classes | CharClass.space;
      return [always, ...byWord.values(), ...byUnquotedWord.values()].some((ways) =>
        ways.some((way) => isPossible(way, held)),
      );
    });
  }

  /** The rules to try on a value of a plan, in order. `words` are those that it holds as it comes. */
  candidates(plan: ValuePlan, subject: Subject, words: readonly number[]): readonly ActiveRule[] {
    const { plain } = subject;
    let changed = 0;
    for (const { bit, changes } of plan.doubts) if (changes(plain.value)) changed |= bit;
    const open: ActiveRule[] = [];
    this.#addByWords(plan.ways, plain, words, changed, open);
    if (changed !== 0)
      for (const pipeline of this.#pipelines)
        if ((pipeline.doubts & changed) !== 0) this.#addTransformed(pipeline, subject, open);
    return inOrder(open);
  }

  /** Adds the rules of a pipeline that its outcome leaves open. */
  #addTransformed(pipeline: Pipeline, subject: Subject, open: ActiveRule[]): void {
    const { transformations, several, shortest } = pipeline;
    if (subject.plain.value.length < shortest) return;
    if (!several) return this.#addForm(pipeline, subject.form(transformations), open);
    for (const form of subject.forms(transformations)) this.#addForm(pipeline, form, open);
  }

  #addForm(pipeline: Pipeline, form: Form, open: ActiveRule[]): void {
    const ways = this.#waysFor(pipeline, sortOf(form.classes));
    const isWanted = ways.byWord.size > 0 && this.#vocabulary.holdsAny(form.value, this.#wantedBy(ways));
    this.#addByWords(ways, form, isWanted ? form.wordsIn(this.#vocabulary) : NO_WORDS, 0, open);
  }

  /** Adds the rules of the ways that a form of a value leaves open, but for those of pipelines that changed the value. */
  #addByWords(ways: Ways, form: Form, words: readonly number[], changed: number, open: ActiveRule[]): void {
    const { always, byWord, byUnquotedWord } = ways;
    addOpen(always, form, words, changed, open);
    for (const word of words) addOpen(byWord.get(word) ?? NO_WAYS, form, words, changed, open);
    if (byUnquotedWord.size > 0)
      for (const word of form.unquotedWordsIn(this.#vocabulary))
        addOpen(byUnquotedWord.get(word) ?? NO_WAYS, form, NO_WORDS, changed, open);
  }

  /** Marks with 1 the words that open some way. */
  #wantedBy(ways: Ways): Uint8Array {
    const known = this.#wanted.get(ways);
    if (known !== undefined) return known;
    const wanted = new Uint8Array(this.#vocabulary.size);
    for (const word of ways.byWord.keys()) wanted[word] = 1;
    this.#wanted.set(ways, wanted);
    return wanted;
  }

  #waysForSort(sort: number): Ways {
    const known =
      this.#sorts.get(sort) ??
      joined(this.#pipelines.map((pipeline) => this.#waysFor(pipeline, sortOf(pipeline.effect.outcome(sort)))));
    this.#sorts.set(sort, known);
    return known;
  }

  /** The ways of a pipeline's rules in values of a sort. */
  #waysFor(pipeline: Pipeline, sort: number): Ways {
    const bySort = this.#ways.get(pipeline) ?? new Map<number, Ways>();
    this.#ways.set(pipeline, bySort);
    const ways = bySort.get(sort) ?? waysOf(pipeline, sort, this.#vocabulary);
    bySort.set(sort, ways);
    return ways;
  }
}

/** Bytes that a value must have for the outcome to hold a word of some rule. */
function shortestValue(rules: readonly ActiveRule[], effect: PipelineEffect, vocabulary: Vocabulary): number {
  if (effect.growth >= 1) return 0;
  const ways = waysOf({ effect, rules, transformations: [], shortest: 0, several: false, doubts: 0 }, ~0, vocabulary);
  return shortestMatch(ways, vocabulary) / effect.growth;
}

/** Adds the rules of ways that are open, but for those of pipelines that changed the value. */
function addOpen(
  ways: readonly Way[],
  form: Form,
  words: readonly number[],
  changed: number,
  open: ActiveRule[],
): void {
  for (const way of ways) if ((way.pipeline.doubts & changed) === 0 && isOpen(way, form, words)) open.push(way.active);
}

function joined(all: readonly Ways[]): Ways {
  return {
    always: all.flatMap(({ always }) => always),
    byWord: joinedByWord(all.map(({ byWord }) => byWord)),
    byUnquotedWord: joinedByWord(all.map(({ byUnquotedWord }) => byUnquotedWord)),
  };
}

function joinedByWord(maps: readonly Ways["byWord"][]): Ways["byWord"] {
  const joint = new Map<number, readonly Way[]>();
  for (const map of maps)
    for (const [word, ways] of map) {
      const former = joint.get(word);
      joint.set(word, former === undefined ? ways : [...former, ...ways]);
    }
  return joint;
}

function inOrder(rules: readonly ActiveRule[]): readonly ActiveRule[] {
  return rules.length < 2 ? rules : [...new Set(rules)].toSorted((a, b) => a.index - b.index);
}
