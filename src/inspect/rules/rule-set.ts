import { charClasses } from "../../core/char-class.ts";
import type { Condition, Rule, Target } from "./rule.ts";
import { RulePlanner } from "./rule-planner.ts";

/** A match of a rule in one value. */
export interface RuleMatch {
  readonly rule: Rule;
  readonly matched: string;
}

/** Rules of one paranoia level, ready to be run over values. */
export class RuleSet {
  readonly rules: readonly Rule[];
  readonly #planners: Readonly<Record<Target, RulePlanner>>;

  constructor(rules: readonly Rule[], paranoia: number) {
    this.rules = rules.filter((rule) => rule.paranoia <= paranoia);
    const planner = (target: Target): RulePlanner =>
      new RulePlanner(this.rules.filter((rule) => rule.conditions[0].targets.has(target)));
    this.#planners = { values: planner("values"), keys: planner("keys"), headers: planner("headers") };
  }

  /** Every rule that matches a value. `classes` is the union of its `CharClass` bits. */
  matches(target: Target, value: string, classes: number): RuleMatch[] {
    const found: RuleMatch[] = [];
    const candidates = this.#planners[target].candidates(value, classes);
    if (candidates.length === 0) return found;
    const subject = new Subject(value, classes);
    for (const rule of candidates) {
      const matched = matchRule(rule, target, subject);
      if (matched !== undefined) found.push({ rule, matched });
    }
    return found;
  }
}

function matchRule(rule: Rule, target: Target, subject: Subject): string | undefined {
  let matched: string | undefined;
  for (const condition of rule.conditions) {
    if (!condition.targets.has(target)) return undefined;
    const found = matchCondition(condition, subject);
    if (found === undefined) return undefined;
    matched ??= found;
  }
  return matched;
}

function matchCondition({ transformations, operator, negated }: Condition, subject: Subject): string | undefined {
  const form = subject.transformed(transformations);
  if (negated) return operator.match(form.value) === undefined ? form.value : undefined;
  return operator.match(form.value)?.[0];
}

/** A value in one form, with the union of its `CharClass` bits. */
interface Form {
  readonly value: string;
  readonly classes: number;
}

/** A value under inspection: each chain of transformations is applied once, and those that would change nothing never. */
class Subject {
  readonly #plain: Form;
  readonly #forms = new Map<string, Form>();

  constructor(value: string, classes: number) {
    this.#plain = { value, classes };
  }

  transformed(transformations: Condition["transformations"]): Form {
    let form = this.#plain;
    let chain = "";
    for (const transformation of transformations) {
      if (transformation.triggers !== 0 && (form.classes & transformation.triggers) === 0) continue;
      chain += `${transformation.name} `;
      const former = this.#forms.get(chain);
      if (former !== undefined) {
        form = former;
        continue;
      }
      const value = transformation.apply(form.value);
      const next = value === form.value ? form : { value, classes: charClasses(value) };
      this.#forms.set(chain, next);
      form = next;
    }
    return form;
  }
}
