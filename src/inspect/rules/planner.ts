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

/** A plan for values as they come, and the tests that tell whether some transformation makes it void. */
export interface ValuePlan extends Plan {
  readonly unforeseen: readonly ((value: string) => boolean)[];
  /** Whether no value of these classes can match, whatever words it holds. */
  readonly inert: boolean;
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
    // Every word must be known before the search is built.
    for (const pipeline of this.#pipelines) this.#planFor(pipeline, ~0);
  }

  /** The plan for values of these classes, as they come. */
  plan(classes: number): ValuePlan {
    const known = this.#plans.get(classes);
    if (known !== undefined) return known;
    const parts = this.#pipelines.map((pipeline) => this.#planFor(pipeline, pipeline.effect.outcome(classes)));
    const always = parts.flatMap((part) => part.always);
    const byWord = new Map<number, Way[]>();
    for (const part of parts)
      for (const [word, ways] of part.byWord) byWord.set(word, [...(byWord.get(word) ?? []), ...ways]);
    const unforeseen = [...new Set(this.#pipelines.flatMap(({ effect }) => effect.unforeseen(classes)))];
    const inert = always.length === 0 && byWord.size === 0 && unforeseen.length === 0;
    const plan = { always, byWord, unforeseen, inert };
    if (this.#plans.size < MOST_PLANS) this.#plans.set(classes, plan);
    return plan;
  }

  /** The rules to try on a value that no transformation changes but as foreseen. `words` are those that it holds. */
  foreseen(plan: ValuePlan, form: Form, words: readonly number[]): readonly ActiveRule[] {
    return inOrder(openWays(plan, form, words));
  }

  /** The rules to try on a value for which every form has to be looked at. */
  transformed(subject: Subject): readonly ActiveRule[] {
    return inOrder(
      this.#pipelines.flatMap((pipeline) => {
        const form = subject.form(pipeline.transformations);
        const plan = this.#planFor(pipeline, form.classes);
        const several = pipeline.rules.filter(({ rule }) => rule.links[0].multiMatch);
        const words = plan.byWord.size === 0 ? [] : this.#vocabulary.inText(form.value);
        return [...several, ...openWays(plan, form, words)];
      }),
    );
  }

  /** The plan for outcomes of a pipeline that hold these classes. */
  #planFor({ effect, rules, plans }: Pipeline, held: number): Plan {
    const known = plans.get(held);
    if (known !== undefined) return known;
    const always: Way[] = [];
    const byWord = new Map<number, Way[]>();
    for (const active of rules)
      for (const { classes, words, first } of needOf(active.rule.links[0])) {
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
    return groups
      .map((group) => group.map((literal) => effect.word(literal)))
      .filter((group) => !group.includes(""))
      .map((group) => ({ group, chance: group.reduce((sum, word) => sum + commonness(word), 0) }))
      .toSorted((a, b) => a.chance - b.chance)
      .map(({ group }) => [...new Set(group.map((word) => this.#vocabulary.number(word)))]);
  }
}

function needOf({ operator }: Link): readonly NeedBranch[] {
  return operator.negated || operator.constant === undefined ? ANYTHING : operator.constant.need;
}

/** The rules of a plan's ways that a value's words and beginning leave open. */
function openWays({ always, byWord }: Plan, form: Form, words: readonly number[]): ActiveRule[] {
  const open: ActiveRule[] = [];
  const add = (ways: readonly Way[]): void => {
    for (const { active, groups, first } of ways)
      if (
        (first === undefined || mayBegin(form, first)) &&
        groups.every((group) => group.some((word) => words.includes(word)))
      )
        open.push(active);
  };
  add(always);
  for (const word of words) {
    const ways = byWord.get(word);
    if (ways !== undefined) add(ways);
  }
  return open;
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
