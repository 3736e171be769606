import type { ActiveRule } from "./active-rule.ts";
import { isCoreRule } from "./category.ts";
import { isConstant } from "./collections.ts";
import { isLeafRule, isOpenedByLeaves, liveRules, mayBe, variablesWrittenBy } from "./liveness.ts";
import { matchRule } from "./match-rule.ts";
import type { Control, Link, Rule, RuleFilter, Statement } from "./rule.ts";
import { Scope } from "./scope.ts";
import type { Selector, Target } from "./seclang/targets.ts";
import { macrosOf, type Template } from "./seclang/template.ts";

/** What configuration says about rules, over what the packs' own set-up says. */
export interface RuleSettings {
  /** 1 to 4; undefined leaves it to the packs' set-up. */
  readonly paranoia: number | undefined;
}

/** Packs under one policy, with everything decided that does not depend on an exchange. */
export interface SettledRules {
  /** Judge one leaf by itself. */
  readonly leafRules: readonly ActiveRule[];
  /** Judge the exchange as a whole, or take out others for some exchanges; in order of phase and file. */
  readonly exchangeRules: readonly ActiveRule[];
  /** First links of rules that judge the exchange as a whole once some leaf matches. */
  readonly openers: readonly ActiveRule[];
  readonly variables: ReadonlyMap<string, string>;
}

const PARANOIA = ["paranoia_level", "executing_paranoia_level", "blocking_paranoia_level", "detection_paranoia_level"];
const PHASES = [1, 2, 3, 4, 5];

/**
 * Runs everything in the packs that depends on nothing but their own set-up: paranoia levels, scores, what is switched on.
 * What is left are the rules that can matter for a response, and nearly all of them judge one leaf at a time.
 */
export function settle(statements: readonly Statement[], settings: RuleSettings): SettledRules {
  const settler = new Settler(settings);
  for (const phase of PHASES) settler.phase(statements, phase);
  return settler.settled();
}

class Settler {
  readonly #scope: Scope;
  readonly #paranoia: number | undefined;
  readonly #active: { rule: Rule; removedTargets: Target[]; skips: Rule[] }[] = [];
  readonly #removed: RuleFilter[] = [];
  readonly #removedTargets: Extract<Control, { kind: "removeTarget" }>[] = [];
  /** What rules that depend on an exchange may have set. */
  readonly #written: Template[] = [];
  #off = false;

  constructor({ paranoia }: RuleSettings) {
    this.#paranoia = paranoia;
    const level: [string, string][] = paranoia === undefined ? [] : PARANOIA.map((name) => [name, String(paranoia)]);
    this.#scope = new Scope(new Map(level), () => [], new Set(level.map(([name]) => name)));
  }

  phase(statements: readonly Statement[], phase: number): void {
    let skipping: string | undefined;
    const spans: { marker: string; skips: Rule[] }[] = [];
    for (const statement of statements) {
      if (statement.kind === "marker") {
        if (skipping === statement.name) skipping = undefined;
        for (const span of spans) if (span.marker === statement.name) span.marker = "";
        continue;
      }
      const { rule } = statement;
      if (rule.phase !== phase || skipping !== undefined || this.#isOut(rule)) continue;
      for (const span of spans) if (span.marker !== "") span.skips.push(rule);
      if (rule.links.every((link) => this.#isConstant(link))) skipping = this.#run(rule);
      else if (!this.#cannotMatch(rule)) {
        const active = { rule, removedTargets: this.#targetsOutOf(rule), skips: [] };
        this.#active.push(active);
        this.#written.push(...variablesWrittenBy(rule));
        if (rule.skipAfter !== undefined) spans.push({ marker: rule.skipAfter, skips: active.skips });
      }
    }
  }

  settled(): SettledRules {
    const variables = this.#scope.variables();
    const candidates = this.#active.map((active, index) => ({
      ...active,
      index,
      score: scoreOf(active.rule, this.#scope),
    }));
    const live = liveRules(candidates);
    const { leaf: leafRules = [], exchange: exchangeRules = [] } = Object.groupBy(live, (active) =>
      isLeafRule(active, live) ? "leaf" : "exchange",
    );
    const { opened = [], free = [] } = Object.groupBy(exchangeRules, (active) =>
      isOpenedByLeaves(active, live) ? "opened" : "free",
    );
    const openers = opened.map((active) => ({
      ...active,
      rule: { ...active.rule, links: [active.rule.links[0]] } satisfies Rule,
      opens: active,
    }));
    return { leafRules, exchangeRules: free, openers, variables };
  }

  /** Runs a rule that depends on no exchange; gives the marker to skip to. */
  #run(rule: Rule): string | undefined {
    if (matchRule(rule, this.#scope) === undefined) return undefined;
    for (const control of rule.links.flatMap(({ controls }) => controls)) {
      if (control.kind === "engineOff") this.#off = true;
      else if (control.kind === "removeRules") this.#removed.push(control.rules);
      else this.#removedTargets.push(control);
    }
    return rule.skipAfter;
  }

  #isOut(rule: Rule): boolean {
    if (this.#off || this.#removed.some((removes) => removes(rule))) return true;
    return rule.paranoia > (this.#paranoia ?? 1) && !isCoreRule(rule.id);
  }

  #targetsOutOf(rule: Rule): Target[] {
    return this.#removedTargets.filter(({ rules }) => rules(rule)).map(({ target }) => target);
  }

  /** Whether some condition is already known not to hold. */
  #cannotMatch(rule: Rule): boolean {
    return rule.links.some(
      (link) =>
        this.#isConstant(link) &&
        !link.targets.some(({ collection }) => collection.startsWith("MATCHED_") || collection === "TX") &&
        matchRule(rule, this.#scope, [{ ...link, assignments: [] }]) === undefined,
    );
  }

  /** Whether nothing that a link looks at depends on an exchange. */
  #isConstant({ targets, operator, assignments }: Link): boolean {
    const macros = [operator.argument, ...assignments.flatMap(({ name, value }) => [name, value])].flatMap(macrosOf);
    return (
      targets.every(({ collection, selector }) => this.#isKnown(collection, selector)) &&
      macros.every(({ collection, key = "" }) => this.#isKnown(collection, { kind: "name", name: key }))
    );
  }

  #isKnown(collection: string, selector: Selector): boolean {
    return collection === "TX" ? !this.#written.some((name) => mayBe(name, selector)) : isConstant(collection);
  }
}

const SCORE = /^(?:inbound_|outbound_)?anomaly_score_pl\d$/;

/** What a rule's assignments add to the anomaly score; where it has none, what its severity stands for. */
function scoreOf(rule: Rule, scope: Scope): number {
  const added = rule.links
    .flatMap(({ assignments }) => assignments)
    .filter(({ name, change }) => change === "add" && SCORE.test(scope.expand(name).toLowerCase()))
    .map(({ value }) => Number(scope.expand(value)) || 0);
  if (added.length === 0) return rule.score;
  return added.reduce((sum, one) => sum + one, 0);
}
