import { CharClass, charClasses } from "../../core/char-class.ts";
import type { ActiveRule } from "./active-rule.ts";
import type { NeedBranch } from "./operators/operator.ts";
import { pipelineEffect, type PipelineEffect } from "./pipeline-effect.ts";
import { commonness } from "./rarity.ts";
import type { Link } from "./rule.ts";
import type { Form, Subject } from "./subject.ts";
import type { Transformation } from "./transformations/transformation.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** One way in which a rule can match, with the words that are still to be there. */
interface Way {
  readonly active: ActiveRule;
  /** For each group, one of its words must stand in the value. */
  readonly groups: readonly (readonly number[])[];
  /** The classes of which the first character must have one. */
  readonly first: number | undefined;
}

/** The ways in which values of some character classes can match: those that need no word, and for each word those that need it. */
interface Plan {
  readonly always: readonly Way[];
  readonly byWord: ReadonlyMap<number, readonly Way[]>;
}

/** A plan for values as they come. */
export interface ValuePlan extends Plan {
  /** Pipelines that may make something else of a value than can be foreseen: what tells whether they do, and the plan where they do not. */
  readonly doubtful: readonly Doubt[];
  /** Whether values of these classes cannot match unless they hold one of the words. */
  readonly quiet: boolean;
  /** Whether they cannot match whatever they hold. */
  readonly inert: boolean;
}

interface Doubt extends Plan {
  readonly pipeline: Pipeline;
  readonly changes: (value: string) => boolean;
}

/** Rules that look at the same form of a value. */
interface Pipeline {
  readonly transformations: readonly Transformation[];
  readonly effect: PipelineEffect;
  readonly rules: readonly ActiveRule[];
  readonly plans: Map<number, Plan>;
}

/** Masks of values seen so far; real traffic has a few hundred. */
const MOST_PLANS = 5000;
const ANYTHING: readonly NeedBranch[] = [{ classes: [], words: [] }];
const NO_WORDS: readonly number[] = [];
const PLAIN = CharClass.letter | CharClass.digit | CharClass.space | CharClass.comma | CharClass.hyphen | CharClass.dot;
/** Classes for which words are made known beforehand: anything, plain words, and plain words with one more class. */
const FORESEEN = [~0, PLAIN, ...Object.values(CharClass).map((bit) => PLAIN | bit)];
/** What a transformation may make another first character of. */
const FLEETING = ~(CharClass.letter | CharClass.digit);

/**
 * Chooses, for each value, the few rules that could match it: by the classes of its characters, which are known from
 * decoding, and by the words in it, which one search finds for all rules. What it leaves out would not have matched.
 */
export class Planner {
  readonly #vocabulary: Vocabulary;
  readonly #pipelines: readonly Pipeline[];
  readonly #plans = new Map<number, ValuePlan>();

  constructor(rules: readonly ActiveRule[], vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    const groups = Map.groupBy(rules, ({ rule: { links } }) =>
      links[0].transformations.map(({ name }) => name).join(" "),
    );
    this.#pipelines = Array.from(groups.values(), (group): Pipeline => {
      const transformations = group[0]?.rule.links[0].transformations ?? [];
      return { transformations, effect: pipelineEffect(transformations), rules: group, plans: new Map() };
    });
    // Words must be known before the search is built: those of values that may hold anything, and of those that lack much.
    for (const pipeline of this.#pipelines) for (const held of FORESEEN) this.#planFor(pipeline, held);
  }

  /** The plan for values of these classes, as they come. */
  plan(classes: number): ValuePlan {
    const known = this.#plans.get(classes);
    if (known !== undefined) return known;
    const always: Way[] = [];
    const byWord = new Map<number, readonly Way[]>();
    const doubtful: Doubt[] = [];
    for (const pipeline of this.#pipelines) {
      const plan = this.#planFor(pipeline, pipeline.effect.outcome(classes));
      const tests = pipeline.effect.unforeseen(classes);
      if (tests.length > 0) {
        doubtful.push({ ...plan, pipeline, changes: (value) => tests.some((changes) => changes(value)) });
        continue;
      }
      always.push(...plan.always);
      for (const [word, ways] of plan.byWord) byWord.set(word, [...(byWord.get(word) ?? []), ...ways]);
    }
    const quiet = always.length === 0 && doubtful.length === 0;
    const plan = { always, byWord, doubtful, quiet, inert: quiet && byWord.size === 0 };
    if (this.#plans.size < MOST_PLANS) this.#plans.set(classes, plan);
    return plan;
  }

  /** The rules to try on a value of a plan, in order. `words` are those that it holds as it comes. */
  candidates(plan: ValuePlan, subject: Subject, words: readonly number[]): readonly ActiveRule[] {
    const open: ActiveRule[] = [];
    addOpenWays(plan, subject.plain, words, open);
    for (const doubt of plan.doubtful)
      if (doubt.changes(subject.plain.value)) this.#addTransformed(doubt.pipeline, subject, open);
      else addOpenWays(doubt, subject.plain, words, open);
    return inOrder(open);
  }

  /** Adds the rules of a pipeline that its outcome leaves open. */
  #addTransformed(pipeline: Pipeline, subject: Subject, open: ActiveRule[]): void {
    const several = pipeline.rules.some(({ rule }) => rule.links[0].multiMatch);
    const { transformations } = pipeline;
    for (const form of several ? subject.forms(transformations) : [subject.form(transformations)]) {
      const plan = this.#planFor(pipeline, form.classes);
      addOpenWays(plan, form, plan.byWord.size === 0 ? NO_WORDS : subject.wordsIn(form, this.#vocabulary), open);
    }
  }

  /** The plan for outcomes of a pipeline that hold these classes. */
  #planFor({ effect, rules, plans }: Pipeline, held: number): Plan {
    const known = plans.get(held);
    if (known !== undefined) return known;
    const always: Way[] = [];
    const byWord = new Map<number, Way[]>();
    for (const active of rules)
      for (const { classes, words, first } of needOf(active.rule.links[0], held)) {
        if (!classes.every((mask) => (held & mask) !== 0)) continue;
        const [rarest, ...groups] = this.#groups(words, effect);
        const way: Way = { active, groups, first };
        if (rarest === undefined) always.push(way);
        else for (const word of rarest) byWord.set(word, [...(byWord.get(word) ?? []), way]);
      }
    const plan = { always, byWord };
    if (plans.size < MOST_PLANS) plans.set(held, plan);
    return plan;
  }

  /** Groups of words as they come out of a pipeline, the rarest first. */
  #groups(groups: readonly (readonly string[])[], effect: PipelineEffect): number[][] {
    return (
      groups
        .map((group) => group.map((literal) => effect.word(literal)))
        .filter((group) => !group.includes(""))
        .map((group) => ({ group, chance: group.reduce((sum, word) => sum + commonness(word), 0) }))
        .toSorted((a, b) => a.chance - b.chance)
        .map(({ group }) => [...new Set(group.map((word) => this.#vocabulary.number(word)))])
        // A word that nobody looks for cannot be asked for.
        .filter((group) => group.every((word) => word !== undefined))
    );
  }
}

function needOf({ operator: { negated, constant } }: Link, held: number): readonly NeedBranch[] {
  if (negated || constant === undefined) return ANYTHING;
  return constant.needAmong?.(held) ?? constant.need;
}

/** Adds the rules of a plan's ways that a value's words and beginning leave open. */
function addOpenWays({ always, byWord }: Plan, form: Form, words: readonly number[], open: ActiveRule[]): void {
  const add = ({ active, groups, first }: Way): void => {
    if (first !== undefined && !mayBegin(form, first)) return;
    if (groups.every((group) => group.some((word) => words.includes(word)))) open.push(active);
  };
  always.forEach(add);
  for (const word of words) byWord.get(word)?.forEach(add);
}

/** Whether a value, or a line of it, may begin with a character of some classes after every foreseen transformation. */
function mayBegin({ value, classes }: Form, first: number): boolean {
  if ((classes & CharClass.control) !== 0) return true;
  const begins = charClasses(value.slice(0, 1));
  return (begins & (first | FLEETING)) !== 0;
}

function inOrder(rules: readonly ActiveRule[]): readonly ActiveRule[] {
  return rules.length < 2 ? rules : [...new Set(rules)].toSorted((a, b) => a.index - b.index);
}
