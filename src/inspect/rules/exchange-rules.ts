import { type ActiveRule, isAboutResponse } from "./active-rule.ts";
import { isOfResponse } from "./collections.ts";
import { matchRule, type RuleMatch } from "./match-rule.ts";
import type { Rule } from "./rule.ts";
import { type Collections, Scope } from "./scope.ts";
import type { Target } from "./seclang/targets.ts";
import type { Surroundings } from "./leaf-rules.ts";

/** What rules took out of others for one exchange. */
export class Removals {
  readonly #rules = new Set<Rule>();
  readonly #filters: ((rule: Rule) => boolean)[] = [];
  readonly #targets: { readonly rules: (rule: Rule) => boolean; readonly target: Target }[] = [];
  #off = false;

  /** Takes in what a rule that matched takes out. */
  add({ rule, skips }: ActiveRule): void {
    if (rule.skipAfter !== undefined) for (const skipped of skips) this.#rules.add(skipped);
    for (const control of rule.links.flatMap(({ controls }) => controls)) {
      if (control.kind === "engineOff") this.#off = true;
      else if (control.kind === "removeRules") this.#filters.push(control.rules);
      else this.#targets.push(control);
    }
  }

  isOut(rule: Rule): boolean {
    return this.#off || this.#rules.has(rule) || this.#filters.some((removes) => removes(rule));
  }

  /** Targets taken out of a rule. */
  targetsOutOf(rule: Rule): Target[] {
    return this.#targets.filter(({ rules }) => rules(rule)).map(({ target }) => target);
  }
}

/** A match of a rule that judges the exchange as a whole. */
export interface ExchangeMatch extends RuleMatch {
  readonly active: ActiveRule;
}

/** The rules that judge an exchange as a whole, while they are run over one. */
export class ExchangeRun {
  readonly matches: ExchangeMatch[] = [];
  readonly removals = new Removals();
  readonly #scope: Scope;
  readonly #collections: Collections;

  constructor(variables: ReadonlyMap<string, string>, collections: Collections) {
    this.#scope = new Scope(variables, collections);
    this.#collections = collections;
  }

  /** What leaf rules see. */
  get around(): Surroundings {
    return { variables: this.#scope.variables(), collections: this.#collections };
  }

  /** Tries rules in this order. */
  try(rules: readonly ActiveRule[]): void {
    for (const active of rules) {
      const { rule } = active;
      if (this.removals.isOut(rule)) continue;
      const out = [...active.removedTargets, ...this.removals.targetsOutOf(rule)];
      const match = matchRule(rule, this.#scope, out.length === 0 ? rule.links : withoutTargets(rule, out));
      if (match === undefined) continue;
      this.removals.add(active);
      const { collection } = match.member;
      if (isAboutResponse(rule) && (collection === "TX" || isOfResponse(collection)))
        this.matches.push({ ...match, active });
    }
  }
}

function withoutTargets({ links: [first, ...rest] }: Rule, out: readonly Target[]): Rule["links"] {
  const excluded = out.map((target) => ({ ...target, excluded: true }));
  return [{ ...first, targets: [...first.targets, ...excluded] }, ...rest];
}
