import { CharClass } from "../../core/char-class.ts";
import type { ActiveRule } from "./active-rule.ts";
import { pipelineEffect } from "./pipeline-effect.ts";
import type { Form, Subject } from "./subject.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { hasConstantNeed, isOpen, type Pipeline, type Way, type Ways, waysOf } from "./ways.ts";

/** How values of some character classes are dealt with. */
export interface ValuePlan {
  readonly sort: SortPlan;
  /** Ways that no word has to open. */
  readonly always: readonly Way[];
  /** Whether values of these classes cannot match unless they hold one of the words. */
  readonly quiet: boolean;
}

/** How values of one sort are dealt with. */
interface SortPlan {
  /** The ways of patterns in pipelines whose outcome can be foreseen. */
  readonly foreseen: Ways;
  /** Pipelines that may make something else of a value than can be foreseen. */
  readonly doubtful: readonly Doubt[];
  readonly isDoubtful: ReadonlySet<Pipeline>;
}

interface Doubt {
  readonly pipeline: Pipeline;
  readonly ways: Ways;
  /** Whether it does so with this value. */
  readonly changes: (value: string) => boolean;
}

/** Masks of values seen so far; real traffic has a few hundred. */
const MOST_PLANS = 4096;
const NO_WORDS: readonly number[] = [];

/** Classes that make a difference to what a pattern needs beyond that something of them must be there: those that may stand inside words. */
const SORTS = [
  CharClass.space,
  CharClass.control,
  CharClass.nonAscii,
  CharClass.quote | CharClass.apostrophe | CharClass.backtick | CharClass.backslash | CharClass.other,
  CharClass.percent,
  CharClass.ampersand,
];
const ALWAYS_HELD = ~SORTS.reduce((union, classes) => union | classes, 0);
/** Sorts whose words are made known beforehand: anything, words, and one word. */
const FORESEEN = [~0, ALWAYS_HELD | CharClass.space, ALWAYS_HELD];

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
  /** The ways of rules that need the same of all values: phrases, for the most part. */
  readonly #constant: Ways;
  readonly #plans = new Map<number, ValuePlan>();
  readonly #sorts = new Map<number, SortPlan>();
  readonly #ways = new Map<Pipeline, Map<number, Ways>>();

  constructor(rules: readonly ActiveRule[], vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    const groups = Map.groupBy(rules, ({ rule: { links } }) =>
      links[0].transformations.map(({ name }) => name).join(" "),
    );
    this.#pipelines = Array.from(groups.values(), (group): Pipeline => {
      const transformations = group[0]?.rule.links[0].transformations ?? [];
      return { transformations, effect: pipelineEffect(transformations), rules: group };
    });
    this.#constant = joined(
      this.#pipelines.map((pipeline) => waysOf(pipeline, pipeline.rules.filter(hasConstantNeed), ~0, vocabulary)),
    );
    // Words must be known before the search is built.
    for (const pipeline of this.#pipelines) for (const sort of FORESEEN) this.#waysFor(pipeline, sort);
  }

  /** The plan for values of these classes, as they come. */
  plan(classes: number): ValuePlan {
    const known = this.#plans.get(classes);
    if (known !== undefined) return known;
    const sort = this.#planForSort(sortOf(classes));
    const always = [...this.#constant.always, ...sort.foreseen.always].filter((way) => {
      const outcome = way.pipeline.effect.outcome(classes);
      return !sort.isDoubtful.has(way.pipeline) && way.classes.every((mask) => (outcome & mask) !== 0);
    });
    const quiet = always.length === 0 && sort.doubtful.length === 0 && sort.foreseen.byUnquotedWord.size === 0;
    const plan = { sort, always, quiet };
    if (this.#plans.size >= MOST_PLANS) this.#plans.clear();
    this.#plans.set(classes, plan);
    return plan;
  }

  /** The rules to try on a value of a plan, in order. `words` are those that it holds as it comes. */
  candidates({ sort, always }: ValuePlan, subject: Subject, words: readonly number[]): readonly ActiveRule[] {
    const { plain } = subject;
    const open: ActiveRule[] = [];
    for (const way of always) if (isOpen(way, withSpace(plain), words)) open.push(way.active);
    this.#addByWords(sort.foreseen, withSpace(plain), words, open);
    this.#addConstant(words, withSpace(plain), open, (pipeline) => !sort.isDoubtful.has(pipeline));
    if (sort.foreseen.byUnquotedWord.size > 0) this.#addUnquoted(sort.foreseen, subject, plain, open);
    for (const { pipeline, ways, changes } of sort.doubtful)
      if (changes(plain.value)) this.#addTransformed(pipeline, subject, open);
      else this.#addAll(pipeline, ways, subject, plain, words, open);
    return inOrder(open);
  }

  /** Adds the rules of a pipeline that its outcome leaves open. */
  #addTransformed(pipeline: Pipeline, subject: Subject, open: ActiveRule[]): void {
    const several = pipeline.rules.some(({ rule }) => rule.links[0].multiMatch);
    const { transformations } = pipeline;
    for (const form of several ? subject.forms(transformations) : [subject.form(transformations)]) {
      const words = subject.wordsIn(form, this.#vocabulary);
      this.#addAll(pipeline, this.#waysFor(pipeline, sortOf(form.classes)), subject, form, words, open);
    }
  }

  #addAll(
    pipeline: Pipeline,
    ways: Ways,
    subject: Subject,
    form: Form,
    words: readonly number[],
    open: ActiveRule[],
  ): void {
    const spaced = withSpace(form);
    for (const way of ways.always) if (isOpen(way, spaced, words)) open.push(way.active);
    for (const way of this.#constant.always)
      if (way.pipeline === pipeline && isOpen(way, spaced, words)) open.push(way.active);
    this.#addByWords(ways, spaced, words, open);
    this.#addConstant(words, spaced, open, (other) => other === pipeline);
    if (ways.byUnquotedWord.size > 0) this.#addUnquoted(ways, subject, form, open);
  }

  #addByWords({ byWord }: Ways, form: Form, words: readonly number[], open: ActiveRule[]): void {
    for (const word of words)
      for (const way of byWord.get(word) ?? []) if (isOpen(way, form, words)) open.push(way.active);
  }

  #addConstant(
    words: readonly number[],
    form: Form,
    open: ActiveRule[],
    isMeant: (pipeline: Pipeline) => boolean,
  ): void {
    for (const word of words)
      for (const way of this.#constant.byWord.get(word) ?? [])
        if (isMeant(way.pipeline) && isOpen(way, form, words)) open.push(way.active);
  }

  #addUnquoted({ byUnquotedWord }: Ways, subject: Subject, form: Form, open: ActiveRule[]): void {
    for (const word of subject.unquotedWordsIn(form, this.#vocabulary))
      for (const way of byUnquotedWord.get(word) ?? [])
        if (isOpen(way, withSpace(form), NO_WORDS)) open.push(way.active);
  }

  #planForSort(sort: number): SortPlan {
    const known = this.#sorts.get(sort);
    if (known !== undefined) return known;
    const foreseen: Ways[] = [];
    const doubtful: Doubt[] = [];
    for (const pipeline of this.#pipelines) {
      const ways = this.#waysFor(pipeline, sortOf(pipeline.effect.outcome(sort)));
      const tests = pipeline.effect.unforeseen(sort);
      if (tests.length === 0) foreseen.push(ways);
      else doubtful.push({ pipeline, ways, changes: (value) => tests.some((changes) => changes(value)) });
    }
    const plan = {
      foreseen: joined(foreseen),
      doubtful,
      isDoubtful: new Set(doubtful.map(({ pipeline }) => pipeline)),
    };
    this.#sorts.set(sort, plan);
    return plan;
  }

  /** The ways of a pipeline's patterns in values of a sort. */
  #waysFor(pipeline: Pipeline, sort: number): Ways {
    const bySort = this.#ways.get(pipeline) ?? new Map<number, Ways>();
    this.#ways.set(pipeline, bySort);
    const rules = pipeline.rules.filter((active) => !hasConstantNeed(active));
    const ways = bySort.get(sort) ?? waysOf(pipeline, rules, sort, this.#vocabulary);
    bySort.set(sort, ways);
    return ways;
  }
}

/** What some foreseen transformation makes a space of. */
const SPACED =
  CharClass.plus | CharClass.control | CharClass.nonAscii | CharClass.comma | CharClass.semicolon | CharClass.space;

/** A form with the space that foreseen transformations may add. */
function withSpace({ value, classes }: Form): Form {
  return { value, classes: (classes & SPACED) === 0 ? classes : classes | CharClass.space };
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
