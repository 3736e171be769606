import type { ActiveRule } from "./active-rule.ts";
import { RuleFilter } from "./filter/rule-filter.ts";
import { pipelineEffect } from "./filter/pipeline.ts";
import type { Link } from "./rule.ts";

/** Tells which rules that look at the whole body can match it, from what it holds: most bodies hold nothing of any. */
export class ExchangeGate {
  /** The rules in which a link about the body can be foreseen, and a filter of those links. */
  readonly #gated: readonly ActiveRule[];
  readonly #filter: RuleFilter;

  constructor(rules: readonly ActiveRule[]) {
    const asking = rules.flatMap((active) => {
      const link = active.rule.links.find(canBeForeseen);
      return link === undefined
        ? []
        : [{ active, alone: { ...active, rule: { ...active.rule, links: [link] as const } } }];
    });
    this.#gated = asking.map(({ active }) => active);
    this.#filter = new RuleFilter(asking.map(({ alone }) => alone));
  }

  /** The rules that are left for a body. */
  open(rules: readonly ActiveRule[], body: Uint8Array): readonly ActiveRule[] {
    if (this.#gated.length === 0) return rules;
    const { ways } = this.#filter;
    const open = new Set(this.#filter.open(body, 0, body.length).map((way) => this.#gated[ways[way]?.rule ?? -1]));
    const gated = new Set(this.#gated);
    return rules.filter((active) => !gated.has(active) || open.has(active));
  }
}

function canBeForeseen({ targets, operator, transformations }: Link): boolean {
  const isBody = targets.every(({ collection, count }) => collection === "RESPONSE_BODY" && !count);
  if (!isBody || operator.negated || operator.constant?.need === undefined) return false;
  return pipelineEffect(transformations).doubts.length === 0;
}
