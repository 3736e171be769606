import type { ActiveRule } from "./active-rule.ts";
import { RuleFilter } from "./filter/rule-filter.ts";
import { pipelineEffect } from "./filter/pipeline.ts";
import type { Link } from "./rule.ts";

/** Tells which rules that look at the whole body can match it, from what it holds: most bodies hold nothing of any. */
export class ExchangeGate {
  /** The rules in which a link about the body can be foreseen, each with its number in the filter of those links. */
  readonly #gated: ReadonlyMap<ActiveRule, number>;
  readonly #filter: RuleFilter;

  constructor(rules: readonly ActiveRule[]) {
    const foreseen = rules.flatMap((active) => {
      const link = active.rule.links.find(canBeForeseen);
      return link === undefined ? [] : [{ active, link }];
    });
    this.#gated = new Map(foreseen.map(({ active }, number) => [active, number]));
    this.#filter = new RuleFilter(
      foreseen.map(({ active, link }) => ({ ...active, rule: { ...active.rule, links: [link] } })),
    );
  }

  /** The rules that are left for a body. */
  open(rules: readonly ActiveRule[], body: Uint8Array): readonly ActiveRule[] {
    if (this.#gated.size === 0) return rules;
    const { ways } = this.#filter;
    const open = new Set(
      this.#filter
        .open(body, 0, body.length)
        .copy()
        .map((way) => ways[way]?.rule),
    );
    return rules.filter((active) => {
      const number = this.#gated.get(active);
      return number === undefined || open.has(number);
    });
  }
}

function canBeForeseen({ targets, operator, transformations }: Link): boolean {
  const isBody = targets.every(({ collection, count }) => collection === "RESPONSE_BODY" && !count);
  if (!isBody || operator.negated || operator.constant?.need === undefined) return false;
  return pipelineEffect(transformations).doubts.length === 0;
}
