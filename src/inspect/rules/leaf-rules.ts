import type { ActiveRule } from "./active-rule.ts";
import { matchLink } from "./link.ts";
import { matchRule } from "./match-rule.ts";
import { Planner } from "./planner.ts";
import { type Collections, Scope } from "./scope.ts";
import type { Subject } from "./subject.ts";
import type { Vocabulary } from "./vocabulary.ts";

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

  /** The rules that match a value, in order. */
  matches(subject: Subject, around: Surroundings): LeafMatch[] {
    const { plain } = subject;
    if (this.#settled.has(plain.value)) return [];
    const plan = this.planner.plan(plain.classes);
    const words = plain.wordsIn(this.#vocabulary);
    const candidates = this.planner.candidates(plan, subject, words);
    if (candidates.length === 0 && plain.value.length <= LONGEST_SETTLED) {
      if (this.#settled.size >= MOST_SETTLED) this.#settled.clear();
      this.#settled.add(plain.value);
    }
    return candidates.flatMap((active) => {
      const matched = matchLeaf(active, subject, around);
      return matched === undefined ? [] : [{ active, matched }];
    });
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
