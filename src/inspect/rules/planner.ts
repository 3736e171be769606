import type { ActiveRule } from "./active-rule.ts";
import type { NeedBranch } from "./operators/operator.ts";
import { pipelineEffect, type PipelineEffect } from "./pipeline-effect.ts";
import type { Link } from "./rule.ts";
import type { Subject } from "./subject.ts";
import type { Transformation } from "./transformations/transformation.ts";
import { macrosOf } from "./seclang/template.ts";
import { WordSearch } from "./word-search.ts";

/** The rules that can match values of some character classes: those that need no word, and for each word those that need it. */
interface Plan {
  readonly always: readonly ActiveRule[];
  readonly byWord: ReadonlyMap<number, readonly ActiveRule[]>;
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
const ANYTHING: readonly NeedBranch[] = [{ classes: [], literals: [] }];

/** The words of all rules, and one search for them all. */
export class Vocabulary {
  readonly #numbers = new Map<string, number>();
  #search: WordSearch | undefined;

  number(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(word, number);
    return number;
  }

  words(): Iterable<string> {
    return this.#numbers.keys();
  }

  /** To be asked for when all words are known. */
  get search(): WordSearch {
    this.#search ??= new WordSearch([...this.#numbers.keys()]);
    return this.#search;
  }
}

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
    for (const { rules: group, effect } of this.#pipelines)
      for (const { rule } of group)
        for (const branch of needOf(rule.links[0]))
          for (const word of wordsOf([branch], effect) ?? []) vocabulary.number(word);
  }

  /** The plan for values of these classes, as they come. */
  plan(classes: number): ValuePlan {
    const known = this.#plans.get(classes);
    if (known !== undefined) return known;
    const parts = this.#pipelines.map((pipeline) => this.#planFor(pipeline, pipeline.effect.outcome(classes)));
    const always = parts.flatMap((part) => part.always);
    const byWord = new Map<number, ActiveRule[]>();
    for (const part of parts)
      for (const [word, rules] of part.byWord) byWord.set(word, [...(byWord.get(word) ?? []), ...rules]);
    const unforeseen = [...new Set(this.#pipelines.flatMap(({ effect }) => effect.unforeseen(classes)))];
    const inert = always.length === 0 && byWord.size === 0 && unforeseen.length === 0;
    const plan = { always, byWord, unforeseen, inert };
    if (this.#plans.size < MOST_PLANS) this.#plans.set(classes, plan);
    return plan;
  }

  /** The rules to try on a value that no unforeseen step changes. `words` are those that it holds. */
  foreseen(plan: ValuePlan, words: readonly number[]): readonly ActiveRule[] {
    if (words.length === 0 || plan.byWord.size === 0) return plan.always;
    return inOrder([...plan.always, ...words.flatMap((word) => plan.byWord.get(word) ?? [])]);
  }

  /** The rules to try on a value for which every form has to be looked at. */
  transformed(subject: Subject): readonly ActiveRule[] {
    return inOrder(
      this.#pipelines.flatMap((pipeline) => {
        const { value, classes } = subject.form(pipeline.transformations);
        const { always, byWord } = this.#planFor(pipeline, classes);
        const several = pipeline.rules.filter(({ rule }) => rule.links[0].multiMatch);
        if (byWord.size === 0) return [...always, ...several];
        const words: number[] = [];
        this.#vocabulary.search.collect(value, words);
        return [...always, ...several, ...words.flatMap((word) => byWord.get(word) ?? [])];
      }),
    );
  }

  /** The plan for outcomes of a pipeline that hold these classes. */
  #planFor({ effect, rules, plans }: Pipeline, held: number): Plan {
    const known = plans.get(held);
    if (known !== undefined) return known;
    const always: ActiveRule[] = [];
    const byWord = new Map<number, ActiveRule[]>();
    for (const active of rules) {
      const branches = needOf(active.rule.links[0]).filter((branch) =>
        branch.classes.every((mask) => (held & mask) !== 0),
      );
      if (branches.length === 0) continue;
      const words = wordsOf(branches, effect);
      if (words === undefined) always.push(active);
      else
        for (const word of words) {
          const number = this.#vocabulary.number(word);
          byWord.set(number, [...(byWord.get(number) ?? []), active]);
        }
    }
    const plan = { always, byWord };
    if (plans.size < MOST_PLANS) plans.set(held, plan);
    return plan;
  }
}

function needOf({ operator }: Link): readonly NeedBranch[] {
  if (operator.negated || macrosOf(operator.argument).length > 0) return ANYTHING;
  return operator.make(operator.argument.join("")).need;
}

/** The words of which a value needs one to satisfy some branch; undefined where a branch asks for none. */
function wordsOf(branches: readonly NeedBranch[], effect: PipelineEffect): ReadonlySet<string> | undefined {
  const words = new Set<string>();
  for (const { literals } of branches) {
    const own = literals.map((literal) => effect.word(literal));
    if (own.length === 0 || own.includes("")) return undefined;
    for (const word of own) words.add(word);
  }
  return words;
}

function inOrder(rules: readonly ActiveRule[]): readonly ActiveRule[] {
  return rules.length < 2 ? rules : [...new Set(rules)].toSorted((a, b) => a.index - b.index);
}
