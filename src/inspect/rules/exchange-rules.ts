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

/** What the exchange rules made of an exchange. */
export interface ExchangeOutcome {
  readonly matches: readonly ExchangeMatch[];
  readonly removals: Removals;
  /** What leaf rules see. */
  readonly around: Surroundings;
}

/** Runs the rules that judge an exchange as a whole, in order of phase and file. */
export function runExchangeRules(
  rules: readonly ActiveRule[],
  variables: ReadonlyMap<string, string>,
  collections: Collections,
): ExchangeOutcome {
  const removals = new Removals();
  if (rules.length === 0) return { matches: [], removals, around: { variables, collections } };
  const scope = new Scope(variables, collections);
  const matches: ExchangeMatch[] = [];
  for (const active of rules) {
    const { rule } = active;
    if (removals.isOut(rule)) continue;
    const out = [...active.removedTargets, ...removals.targetsOutOf(rule)];
    const match = matchRule(rule, scope, out.length === 0 ? rule.links : withoutTargets(rule, out));
    if (match === undefined) continue;
    removals.add(active);
    if (isAboutResponse(rule) && (match.member.collection === "TX" || isOfResponse(match.member.collection)))
      matches.push({ ...match, active });
  }
  return { matches, removals, around: { variables: scope.variables(), collections } };
}

function withoutTargets({ links: [first, ...rest] }: Rule, out: readonly Target[]): Rule["links"] {
  const excluded = out.map((target) => ({ ...target, excluded: true }));
  return [{ ...first, targets: [...first.targets, ...excluded] }, ...rest];
}
