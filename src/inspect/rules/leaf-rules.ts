import { CharClass } from "../../core/char-class.ts";
import type { ActiveRule } from "./active-rule.ts";
import { matchLink } from "./link.ts";
import { matchRule } from "./match-rule.ts";
import { Planner } from "./planner.ts";
import { type Collections, Scope } from "./scope.ts";
import { Subject } from "./subject.ts";
import type { Vocabulary } from "./vocabulary.ts";

const NO_MATCHES: readonly LeafMatch[] = [];
const NO_WORDS: readonly number[] = [];

/** Values that are remembered, and how long one of them may be. */
const MOST_SETTLED = 8192;
const LONGEST_SETTLED = 32;

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

/** The leaf rules for one place of a response, and the plan by which they are chosen. */
export class LeafRules {
  readonly planner: Planner;
  readonly #vocabulary: Vocabulary;
  /** Short values that no rule had to be tried on: names of types, units, countries come again and again. */
  readonly #settled = new Set<string>();

  constructor(rules: readonly ActiveRule[], vocabulary: Vocabulary) {
    this.planner = new Planner(rules, vocabulary);
    this.#vocabulary = vocabulary;
  }

  /** The rules that match a byte string of these classes, in order. */
  matches(value: string, classes: number, around: Surroundings): readonly LeafMatch[] {
    // Values with digits are numbers and identifiers, which come once.
    const isWorthRemembering = value.length <= LONGEST_SETTLED && (classes & CharClass.digit) === 0;
    if (isWorthRemembering && this.#settled.has(value)) return NO_MATCHES;
    const plan = this.planner.plan(classes);
    const holdsWord = this.#vocabulary.holdsAny(value, plan.wanted);
    if (plan.quiet && !holdsWord) return NO_MATCHES;
    const subject = new Subject(value, classes);
    const words = holdsWord ? subject.plain.wordsIn(this.#vocabulary) : NO_WORDS;
    const candidates = this.planner.candidates(plan, subject, words);
    if (candidates.length === 0) {
      if (isWorthRemembering) this.#remember(value);
      return NO_MATCHES;
    }
    const matches: LeafMatch[] = [];
    for (const active of candidates) {
      const matched = matchLeaf(active, subject, around);
      if (matched !== undefined) matches.push({ active, matched });
    }
    return matches;
  }

  #remember(value: string): void {
    if (this.#settled.size >= MOST_SETTLED) this.#settled.clear();
    this.#settled.add(value);
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
