import { type ActiveRule, isAboutResponse } from "./active-rule.ts";
import { isOfResponse, placeOf, type Place } from "./collections.ts";
import type { Rule, Statement } from "./rule.ts";
import type { RuleSettings, SettledRules } from "./settle.ts";

/** Why a loaded rule cannot lead to a finding. */
export type Idle = "paranoia" | "set-up" | "request" | "off";

/** Which of the loaded rules can lead to a finding about a response, under one policy. */
export interface RulesInForce {
  /** In order of phases and files. */
  readonly rules: readonly ActiveRule[];
  readonly idle: ReadonlyMap<Rule, Idle>;
}

/** Sorts the rules of packs by whether a policy has them in force. */
export function rulesInForce(
  settled: SettledRules,
  statements: readonly Statement[],
  { paranoia }: RuleSettings,
): RulesInForce {
  const { leafRules, exchangeRules, openers } = settled;
  const rules = [...leafRules, ...exchangeRules, ...openers.flatMap(({ opens }) => opens ?? [])]
    .filter(({ rule }) => isAboutResponse(rule))
    .toSorted((a, b) => a.index - b.index);
  const inForce = new Set(rules.map(({ rule }) => rule));
  const idle = new Map<Rule, Idle>();
  for (const statement of statements)
    if (statement.kind === "rule" && !inForce.has(statement.rule))
      idle.set(statement.rule, idleReason(statement.rule, paranoia, settled.variables));
  return { rules, idle };
}

const LEVELS = ["detection_paranoia_level", "executing_paranoia_level", "blocking_paranoia_level", "paranoia_level"];

function idleReason(rule: Rule, paranoia: number | undefined, variables: ReadonlyMap<string, string>): Idle {
  const setUp = rule.own ? undefined : LEVELS.map((name) => variables.get(name)).find((level) => level !== undefined);
  if (!rule.logs) return "set-up";
  if (!isAboutResponse(rule)) return "request";
  return rule.paranoia > (paranoia ?? Number(setUp ?? 1)) ? "paranoia" : "off";
}

/** Where in a response rules look: at leaves of three kinds, or at the response as a whole. */
export type Whereabouts = Place | "response";

/** Where a rule looks, in any link of its chain. */
export function whereaboutsOf({ links }: Rule): Whereabouts[] {
  const found = new Set<Whereabouts>();
  for (const { collection, excluded, count } of links.flatMap(({ targets }) => targets)) {
    if (excluded || !isOfResponse(collection)) continue;
    const place = placeOf(collection);
    found.add(place === undefined || count ? "response" : place);
  }
  return [...found];
}
