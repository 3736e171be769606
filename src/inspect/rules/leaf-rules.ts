import type { ActiveRule } from "./active-rule.ts";
import type { NumberedDoubt, Pipeline, RuleFilter } from "./filter/rule-filter.ts";
import { matchLink } from "./link.ts";
import { matchRule } from "./match-rule.ts";
import { type Collections, Scope } from "./scope.ts";
import { Subject } from "./subject.ts";

const NO_MATCHES: readonly LeafMatch[] = [];

/** What a rule matched in one leaf. */
export interface LeafMatch {
  readonly active: ActiveRule;
  /** The matched bytes. */
  readonly matched: string;
}

/** What rules can see around a leaf. */
export interface Surroundings {
  readonly variables: ReadonlyMap<string, string>;
  readonly collections: Collections;
}

/** How values of some character classes are dealt with. */
interface ValuePlan {
  /** Marks with 1 the ways in which rules that look here could match one that comes out of all transformations as foreseen. */
  readonly possible: Uint8Array;
  /** Bytes below which a value of these classes has none of them open. */
  readonly shortest: number;
  /** What may make something else of a value than is foreseen. */
  readonly doubts: readonly NumberedDoubt[];
}

/** Masks of classes seen so far; real traffic has a few hundred. */
const MOST_PLANS = 512;
/** Times that values of the same classes come before a plan of their own pays; a hostile body has none twice. */
const WORTH_A_PLAN = 8;
const MOST_SEEN = 4096;

/** The leaf rules for one place of a response, and how they are chosen for each value: what is left out would not match. */
export class LeafRules {
  readonly #filter: RuleFilter;
  /** Marks with 1 the ways of the rules that look here. */
  readonly #looks: Uint8Array;
  readonly #doubts: readonly NumberedDoubt[];
  readonly #pipelines: readonly Pipeline[];
  /** For each rule, by number, its pipeline. */
  readonly #pipelineOf: readonly (Pipeline | undefined)[];
  readonly #plans = new Map<number, ValuePlan>();
  /** How often values of classes without a plan of their own have come. */
  readonly #seen = new Map<number, number>();
  readonly #anyPlan: ValuePlan;

  /** Of the rules of a filter those for which `looks` holds. */
  constructor(filter: RuleFilter, looks: (active: ActiveRule) => boolean) {
    this.#filter = filter;
    const isMeant = filter.rules.map(looks);
    this.#looks = Uint8Array.from(filter.ways, ({ rule }) => (isMeant[rule] === true ? 1 : 0));
    this.#pipelines = filter.pipelines.filter(({ rules }) => rules.some((rule) => isMeant[rule]));
    this.#pipelineOf = filter.rules.map((_, rule) => this.#pipelines.find(({ rules }) => rules.includes(rule)));
    const doubted = this.#pipelines.reduce((bits, { doubts }) => bits | doubts, 0);
    this.#doubts = filter.doubts.filter(({ bit }) => (bit & doubted) !== 0);
    this.#anyPlan = { possible: this.#looks, shortest: this.#shortest(this.#looks), doubts: this.#doubts };
  }

  /** Whether a rule may match the UTF-8 from `from` up to before `to`, which has these classes: a look that copies little. */
  mayMatch(bytes: Buffer, from: number, to: number, classes: number): boolean {
    const { possible, shortest, doubts } = this.#plan(classes);
    if (doubts.length > 0) {
      const value = bytes.toString("latin1", from, to);
      if (doubts.some((doubt) => to - from >= doubt.shortest && doubt.changes(value))) return true;
    }
    return to - from >= shortest && this.#filter.open(bytes, from, to).some((way) => possible[way] === 1);
  }

  /** The rules that match a byte string of these classes, in order. */
  matches(value: string, classes: number, around: Surroundings): readonly LeafMatch[] {
    const { shortest, doubts } = this.#plan(classes);
    if (value.length < shortest && doubts.length === 0) return NO_MATCHES;
    const subject = new Subject(value, classes);
    const matches: LeafMatch[] = [];
    for (const active of this.candidates(subject)) {
      const matched = matchLeaf(active, subject, around);
      if (matched !== undefined) matches.push({ active, matched });
    }
    return matches;
  }

  /** The rules to try on a value, in order. */
  candidates(subject: Subject): readonly ActiveRule[] {
    const { plain } = subject;
    const { possible, shortest, doubts } = this.#plan(plain.classes);
    const { length } = plain.value;
    let changed = 0;
    for (const doubt of doubts) if (length >= doubt.shortest && doubt.changes(plain.value)) changed |= doubt.bit;
    const open = new Set<number>();
    if (length >= shortest)
      for (const way of plain.openWays(this.#filter))
        if (possible[way] === 1) this.#add(way, (pipeline) => (pipeline.doubts & changed) === 0, open);
    if (changed !== 0)
      for (const pipeline of this.#pipelines)
        if ((pipeline.doubts & changed) !== 0) this.#addTransformed(pipeline, subject, open);
    const { rules } = this.#filter;
    return [...open].flatMap((rule) => rules[rule] ?? []).toSorted((a, b) => a.index - b.index);
  }

  /** Adds the rules of a pipeline that are open for what it makes of a value. */
  #addTransformed(pipeline: Pipeline, subject: Subject, open: Set<number>): void {
    const { transformations, several, shortest } = pipeline;
    if (subject.plain.value.length < shortest) return;
    const forms = several ? subject.forms(transformations) : [subject.form(transformations)];
    for (const form of forms)
      for (const way of form.openWays(this.#filter))
        if (this.#looks[way] === 1) this.#add(way, (one) => one === pipeline, open);
  }

  #add(way: number, isMeant: (pipeline: Pipeline) => boolean, open: Set<number>): void {
    const { rule } = this.#filter.ways[way] ?? {};
    const pipeline = rule === undefined ? undefined : this.#pipelineOf[rule];
    if (rule !== undefined && pipeline !== undefined && isMeant(pipeline)) open.add(rule);
  }

  #shortest(ways: Uint8Array): number {
    return Math.min(...this.#filter.ways.filter((_, way) => ways[way] === 1).map(({ shortest }) => shortest));
  }

  /** The plan for values of these classes: one of their own once they have come several times. */
  #plan(classes: number): ValuePlan {
    const known = this.#plans.get(classes);
    if (known !== undefined) return known;
    const times = (this.#seen.get(classes) ?? 0) + 1;
    if (times < WORTH_A_PLAN) {
      if (this.#seen.size >= MOST_SEEN) this.#seen.clear();
      this.#seen.set(classes, times);
      return this.#anyPlan;
    }
    const possible = this.#filter.possible(classes).map((one, way) => one & (this.#looks[way] ?? 0));
    const plan = {
      possible,
      shortest: this.#shortest(possible),
      doubts: this.#doubts.filter((doubt) => doubt.breaks(classes)),
    };
    if (this.#plans.size >= MOST_PLANS) this.#plans.clear();
    this.#plans.set(classes, plan);
    return plan;
  }
}

/** Tries a rule on one leaf: its first link on the leaf, the rest of its chain on what came of that. */
export function matchLeaf({ rule }: ActiveRule, subject: Subject, around: Surroundings): string | undefined {
  const [first, ...rest] = rule.links;
  const { constant } = first.operator;
  if (constant !== undefined && rest.length === 0) return matchLink(first, constant, subject)?.captures[0];
  const scope = new Scope(around.variables, around.collections);
  const match = matchLink(first, scope.operatorOf(first), subject);
  if (match === undefined || rest.length === 0) return match?.captures[0];
  scope.matched([{ collection: "ARGS", name: "", value: match.value }]);
  if (first.capture) scope.capture(match.captures);
  for (const assignment of first.assignments) scope.assign(assignment);
  return matchRule(rule, scope, rest) === undefined ? undefined : match.captures[0];
}
