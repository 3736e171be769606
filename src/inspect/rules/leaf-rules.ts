import type { ActiveRule } from "./active-rule.ts";
import type { RuleWay } from "./filter/piece-table.ts";
import type { Pipeline, RuleFilter } from "./filter/rule-filter.ts";
import type { WayList } from "./filter/way-list.ts";
import { byteStringIn } from "./byte-string.ts";
import { matchLink } from "./link.ts";
import { matchRule } from "./match-rule.ts";
import { type Collections, Scope } from "./scope.ts";
import { type Form, Subject } from "./subject.ts";
import type { Transformation } from "./transformations/transformation.ts";

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

/** What may match in a value. */
export interface Opened {
  readonly subject: Subject;
  /** The rules to try, in order; of the others none matches. */
  readonly rules: readonly ActiveRule[];
  /** Whether it holds what is notable in itself. */
  readonly isNotable: boolean;
}

/** How values of some character classes are dealt with. */
interface ValuePlan {
  /** Marks with 1 the ways of the rules that look here, and of doubts about them, that such values can go. */
  readonly possible: Uint8Array;
  /** Bytes below which none of them is open. */
  readonly shortest: number;
}

/** Masks of classes seen so far; real traffic has a few hundred. */
const MOST_PLANS = 512;
/** Times that values of the same classes come before a plan of their own pays; a hostile body has none twice. */
const WORTH_A_PLAN = 64;
/** Classes from which on nearly every way is possible, so that a plan tells nothing. */
const MANY_CLASSES = 12;
const MOST_SEEN = 4096;

/** The leaf rules for one place of a response, and how they are chosen for each value: what is left out would not match. */
export class LeafRules {
  readonly #filter: RuleFilter;
  /** The pipelines of the rules that look here. */
  readonly #pipelines: readonly Pipeline[];
  /** For each way, the number of its rule's pipeline; -1 where the rule does not look here, or it is a doubt. */
  readonly #pipelineOf: Int16Array;
  /** Of the filter's ways behind Base64 those that are for values here. */
  readonly #afterBase64: Uint8Array;
  /** For each way the bit of its doubt, or 0, and the bytes below which it makes no difference. */
  readonly #doubtOf: Int32Array;
  readonly #leastOf: Float64Array;
  readonly #plans = new Map<number, ValuePlan>();
  /** How often values of classes without a plan of their own have come. */
  readonly #seen = new Map<number, number>();
  readonly #anyPlan: ValuePlan;

  /** Of the rules of a filter those for which `looks` holds. */
  constructor(filter: RuleFilter, looks: (active: ActiveRule) => boolean) {
    this.#filter = filter;
    const isMeant = filter.rules.map(looks);
    this.#pipelines = filter.pipelines.filter(({ rules }) => rules.some((rule) => isMeant[rule]));
    const pipelineOf = (rule: number): number =>
      isMeant[rule] === true ? this.#pipelines.findIndex(({ rules }) => rules.includes(rule)) : -1;
    this.#pipelineOf = Int16Array.from(filter.ways, ({ rule }) => pipelineOf(rule));
    this.#doubtOf = Int32Array.from(filter.ways, ({ doubt }) => doubt);
    this.#leastOf = Float64Array.from(filter.ways, ({ shortest }) => shortest);
    const doubted = this.#pipelines.reduce((bits, { doubts }) => bits | doubts, filter.notable);
    const possible = Uint8Array.from(filter.ways, ({ doubt }, way) =>
      (doubt & doubted) !== 0 || (this.#pipelineOf[way] ?? -1) >= 0 ? 1 : 0,
    );
    this.#anyPlan = { possible, shortest: this.#shortest(possible) };
    this.#afterBase64 = possible.map((one, way) => one & (filter.afterBase64[way] ?? 0));
  }

  /**
   * A look at the UTF-8 from `from` up to before `to`, which has these classes: what may match there; undefined where nothing
   * does. Most values hold nothing of any rule, and of them nothing is copied.
   */
  look(bytes: Uint8Array, from: number, to: number, classes: number): Opened | undefined {
    const { possible, shortest } = this.#plan(classes);
    const length = to - from;
    if (length < shortest) return undefined;
    const open = this.#filter.open(bytes, from, to);
    let changed = 0;
    let isOpen = false;
    for (let i = 0; i < open.length; i++) {
      const way = open.numbers[i] ?? 0;
      if (possible[way] !== 1 || length < (this.#leastOf[way] ?? 0)) continue;
      const doubt = this.#doubtOf[way] ?? 0;
      if (doubt === 0) isOpen = true;
      else changed |= doubt;
    }
    if (!isOpen && changed === 0) return undefined;
    const rules: number[] = [];
    if (isOpen) this.#addUnless(changed, possible, length, open, rules);
    else if (changed === this.#filter.base64 && !this.#isOpenDecoded(bytes, from, to)) return undefined;
    const subject = new Subject(byteStringIn(bytes, from, to), classes);
    for (const [number, { doubts }] of this.#pipelines.entries())
      if ((doubts & changed) !== 0) this.#addTransformed(number, subject, changed, rules);
    const isNotable = (changed & this.#filter.notable) !== 0;
    return rules.length === 0 && !isNotable ? undefined : { subject, rules: this.#inOrder(rules), isNotable };
  }

  /** As `look`, for a byte string. */
  lookAt(value: string, classes: number): Opened | undefined {
    if (value.length < this.#plan(classes).shortest) return undefined;
    return this.look(this.#filter.bytesOf(value), 0, value.length, classes);
  }

  /** The rules that match a byte string of these classes, in order. */
  matches(value: string, classes: number, around: Surroundings): readonly LeafMatch[] {
    const opened = this.lookAt(value, classes);
    return opened === undefined ? [] : matchesOf(opened, around);
  }

  /** Words are Base64 too: what they decode to is looked at, since it is hardly ever anything. */
  #isOpenDecoded(bytes: Uint8Array, from: number, to: number): boolean {
    const open = this.#filter.openDecoded(bytes, from, to);
    for (let i = 0; i < open.length; i++) if (this.#afterBase64[open.numbers[i] ?? 0] === 1) return true;
    return false;
  }

  /** Adds the rules of ways that are open, unless their pipelines are in doubt. */
  #addUnless(changed: number, possible: Uint8Array, length: number, open: WayList, rules: number[]): void {
    for (let i = 0; i < open.length; i++) {
      const way = open.numbers[i] ?? 0;
      if (possible[way] !== 1 || length < (this.#leastOf[way] ?? 0)) continue;
      const pipeline = this.#pipelines[this.#pipelineOf[way] ?? -1];
      if (pipeline !== undefined && (pipeline.doubts & changed) === 0) add(this.#filter.ways[way], rules);
    }
  }

  #inOrder(rules: number[]): readonly ActiveRule[] {
    if (rules.length > 1) rules.sort((a, b) => this.#indexOf(a) - this.#indexOf(b));
    const inOrder: ActiveRule[] = [];
    for (const number of rules) {
      const rule = this.#filter.rules[number];
      if (rule !== undefined) inOrder.push(rule);
    }
    return inOrder;
  }

  #indexOf(rule: number): number {
    return this.#filter.rules[rule]?.index ?? 0;
  }

  /** Adds the rules of a pipeline that are open for what it makes of a value about which there are doubts. */
  #addTransformed(number: number, subject: Subject, doubts: number, rules: number[]): void {
    const pipeline = this.#pipelines[number];
    if (pipeline === undefined || subject.plain.value.length < pipeline.shortest) return;
    const { transformations, several, doubted } = pipeline;
    if (several) for (const form of subject.forms(transformations)) this.#addOpen(number, form, rules);
    else this.#addOpen(number, this.#settled(subject, transformations, doubted, doubts), rules);
  }

  /** The first form of a value of which all that comes after can be foreseen: the steps in doubt are done, the others not. */
  #settled(
    subject: Subject,
    transformations: readonly Transformation[],
    doubted: Pipeline["doubted"],
    doubts: number,
  ): Form {
    let form = subject.plain;
    let steps = 0;
    let changed = doubts;
    for (const { bit, done } of doubted) {
      if (done <= steps || (bit & changed) === 0) continue;
      for (const step of transformations.slice(steps, done)) form = form.after(step);
      steps = done;
      changed = this.#doubtsOf(form);
    }
    return form;
  }

  #doubtsOf(form: Form): number {
    return form.openWays(this.#filter).reduce((doubts, way) => doubts | (this.#doubtOf[way] ?? 0), 0);
  }

  #addOpen(number: number, form: Form, rules: number[]): void {
    for (const way of form.openWays(this.#filter))
      if (this.#pipelineOf[way] === number) add(this.#filter.ways[way], rules);
  }

  #shortest(ways: Uint8Array): number {
    return Math.min(...this.#filter.ways.filter((_, way) => ways[way] === 1).map(({ shortest }) => shortest));
  }

  /** The plan for values of these classes: one of their own once they have come several times. */
  #plan(classes: number): ValuePlan {
    const known = this.#plans.get(classes);
    if (known !== undefined) return known;
    if (countOf(classes) >= MANY_CLASSES) return this.#anyPlan;
    const times = (this.#seen.get(classes) ?? 0) + 1;
    if (times < WORTH_A_PLAN) {
      if (this.#seen.size >= MOST_SEEN) this.#seen.clear();
      this.#seen.set(classes, times);
      return this.#anyPlan;
    }
    const possible = this.#filter.possible(classes).map((one, way) => one & (this.#anyPlan.possible[way] ?? 0));
    const plan = { possible, shortest: this.#shortest(possible) };
    if (this.#plans.size >= MOST_PLANS) this.#plans.clear();
    this.#plans.set(classes, plan);
    return plan;
  }
}

/** The rules that match of those that may. */
export function matchesOf({ subject, rules }: Opened, around: Surroundings): readonly LeafMatch[] {
  const matches: LeafMatch[] = [];
  for (const active of rules) {
    const matched = matchLeaf(active, subject, around);
    if (matched !== undefined) matches.push({ active, matched });
  }
  return matches;
}

/** Whether what matches depends on the value alone, and not on what is around it. */
export function isSettled({ rules, isNotable }: Opened): boolean {
  if (isNotable) return false;
  return rules.every(({ rule: { links } }) => links.length === 1 && links[0].operator.constant !== undefined);
}

/** How many bits are set. */
function countOf(classes: number): number {
  let count = 0;
  for (let rest = classes; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function add(way: RuleWay | undefined, rules: number[]): void {
  if (way !== undefined && !rules.includes(way.rule)) rules.push(way.rule);
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
