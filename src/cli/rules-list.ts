import { Command } from "commander";
import { nearestWord } from "../config/suggest.ts";
import { CATEGORIES } from "../core/category.ts";
import { type Idle, whereaboutsOf } from "../inspect/rules/in-force.ts";
import type { Rule } from "../inspect/rules/rule.ts";
import { UsageError } from "./exit.ts";
import {
  collect,
  meansRule,
  messageOf,
  type RulePolicyOptions,
  type VendorRules,
  vendorRules,
  withRulePolicy,
} from "./rule-policy.ts";
import { table } from "./table.ts";

interface ListOptions extends RulePolicyOptions {
  readonly category?: readonly string[];
  readonly id?: readonly string[];
  readonly json?: true;
}

/** Why rules are not in force, in words. */
export const IDLE_REASONS: Readonly<Record<Idle, string>> = {
  paranoia: "above the paranoia level",
  request: "about requests, clients or sums of scores",
  "set-up": "set-up that never reports",
  off: "switched off, or never reached",
};

/** `lazaret rules list`: the rules in force for a vendor. */
export function rulesListCommand(): Command {
  return withRulePolicy(new Command("list").description("list the rules in force for a vendor, or by default"))
    .option("--category <category>", "only rules of this category; can be repeated", collect)
    .option("--id <id>", "only the rule of this id; can be repeated", collect)
    .option("--json", "print one JSON object")
    .action(async (options: ListOptions) => {
      checkCategories(options.category ?? []);
      const rules = await vendorRules(options);
      const listed = rules.inForce.rules.map(({ rule }) => rule).filter((rule) => isMeant(rule, options));
      if (options.json === true)
        console.log(JSON.stringify({ rules: listed.map(ruleObject), notInForce: countIdle(rules) }));
      else console.log([...table(listed.map(ruleColumns)), summary(listed.length, rules)].join("\n"));
    });
}

function checkCategories(names: readonly string[]): void {
  for (const name of names) {
    if (CATEGORIES.some((category) => category === name)) continue;
    const near = nearestWord(name, CATEGORIES);
    throw new UsageError(`there is no category ${name}${near === undefined ? "" : `; did you mean ${near}?`}`);
  }
}

function isMeant(rule: Rule, { category, id }: ListOptions): boolean {
  const isOfCategory = category === undefined || category.some((name) => name === (rule.category ?? "leak"));
  return isOfCategory && (id === undefined || id.some((one) => meansRule(one, rule)));
}

function ruleObject(rule: Rule): object {
  const { id, category = "leak", severity, paranoia, phase, file, line } = rule;
  return {
    id,
    category,
    severity,
    paranoia,
    phase,
    looksAt: whereaboutsOf(rule),
    message: messageOf(rule),
    file,
    line,
  };
}

function ruleColumns(rule: Rule): string[] {
  const { id, category = "leak", severity, paranoia, phase, file, line } = rule;
  return [
    id,
    category,
    severity,
    `PL${paranoia}`,
    `phase ${phase}`,
    whereaboutsOf(rule).join(","),
    `${file}:${line}`,
    messageOf(rule),
  ];
}

function countIdle({ inForce: { idle } }: VendorRules): Partial<Record<Idle, number>> {
  const counts: Partial<Record<Idle, number>> = {};
  for (const reason of idle.values()) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function summary(listed: number, rules: VendorRules): string {
  const { rules: active, idle } = rules.inForce;
  const counts = countIdle(rules);
  const reasons = (["paranoia", "request", "set-up", "off"] as const).flatMap((reason) =>
    counts[reason] === undefined ? [] : [`${counts[reason]} ${IDLE_REASONS[reason]}`],
  );
  const shown = listed === active.length ? "" : `, ${listed} of them listed`;
  const why = reasons.length === 0 ? "" : `: ${reasons.join(", ")}`;
  return `${active.length} rules in force${shown}; ${idle.size} loaded rules are not in force${why}`;
}
