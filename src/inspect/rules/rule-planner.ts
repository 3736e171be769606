import { CharClass } from "../../core/char-class.ts";
import type { NeedBranch } from "./operators/operator.ts";
import type { Condition, Rule } from "./rule.ts";

/** Which of the rules can match values of some character classes at all. */
interface Plan {
  /** Can match without any word that could be asked for. */
  readonly always: readonly Rule[];
  /** Every rule that is left, where the gate lets the value through. */
  readonly all: readonly Rule[];
  /** Whether the value holds a word that one of the other rules needs; undefined where there is no other. */
  readonly gate: RegExp | undefined;
}

/** Transformations whose effect on classes and words is known: case, white space and comments. */
const FOLDING = new Set(["lowercase", "replaceComments", "compressWhitespace"]);
/** Masks of values seen so far; real traffic has a few hundred. */
const MOST_PLANS = 5000;

/**
 * Chooses, for each value, the few rules that could match it: by the classes of its characters, which are known from
 * decoding, and by one look for the words that the rest needs. What it leaves out would not have matched.
 */
export class RulePlanner {
  readonly #rules: readonly Rule[];
  readonly #plans = new Map<number, Plan>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  candidates(value: string, classes: number): readonly Rule[] {
    const plan = this.#plans.get(classes) ?? this.#plan(classes);
    return plan.gate === undefined || plan.gate.test(value) ? plan.all : plan.always;
  }

  #plan(classes: number): Plan {
    const held = afterFolding(classes);
    const always: Rule[] = [];
    const all: Rule[] = [];
    const words = new Set<string>();
    for (const rule of this.#rules) {
      const branches = liveBranches(rule.conditions[0], held);
      if (branches.length === 0) continue;
      all.push(rule);
      const literals = branches.map((branch) => branch.literals.map(wordOf));
      if (literals.some((one) => one.length === 0 || one.includes(""))) always.push(rule);
      else for (const word of literals.flat()) words.add(word);
    }
    // Case folding beyond ASCII (K, ſ) costs time, and is needed only where such characters are.
    const flags = (classes & CharClass.nonAscii) === 0 ? "i" : "iu";
    const plan = { always, all, gate: words.size === 0 ? undefined : anyOf(words, flags) };
    if (this.#plans.size < MOST_PLANS) this.#plans.set(classes, plan);
    return plan;
  }
}

/** The classes that a value can have after folding. */
function afterFolding(classes: number): number {
  let held = classes;
  if ((classes & CharClass.nonAscii) !== 0) held |= CharClass.letter | CharClass.space;
  if ((classes & (CharClass.control | CharClass.asterisk)) !== 0) held |= CharClass.space;
  return held;
}

/** The branches that values of these classes can satisfy; all of them where it cannot be told. */
function liveBranches({ operator, negated, transformations }: Condition, held: number): readonly NeedBranch[] {
  if (negated || !transformations.every(({ name }) => FOLDING.has(name))) return [{ classes: [], literals: [] }];
  return operator.need.filter((branch) => branch.classes.every((mask) => (held & mask) !== 0));
}

/** The longest piece of a literal that folding leaves as it is: white space and comments may have been otherwise. */
function wordOf(literal: string): string {
  const pieces = literal.split(/\s+/);
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), "");
}

/** A pattern for any of the words. A word that begins with another adds nothing. */
function anyOf(words: ReadonlySet<string>, flags: string): RegExp {
  const needed = [...words].filter((word) => ![...words].some((other) => other !== word && word.startsWith(other)));
  return new RegExp(needed.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)).join("|"), flags);
}
