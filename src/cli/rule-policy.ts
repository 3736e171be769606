import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { LoadedConfig } from "../config/load.ts";
import type { Policy } from "../core/policy.ts";
import { expandTemplate } from "../inspect/rules/seclang/template.ts";
import { type RulesInForce, rulesInForce } from "../inspect/rules/in-force.ts";
import type { Rule, Statement } from "../inspect/rules/rule.ts";
import { settle, type SettledRules } from "../inspect/rules/settle.ts";
import { problemLine } from "../inspect/rules/seclang/rule-error.ts";
import { loadPacks, packWarnings } from "../packs.ts";
import { commandConfiguration, vendorPolicy } from "./configuration.ts";

/** Options that say which rules are meant. */
export interface RulePolicyOptions {
  readonly config?: string;
  readonly vendor?: string;
  readonly paranoia?: number;
  readonly pack?: readonly string[];
}

/** The rules of one vendor, or of the default policy. */
export interface VendorRules {
  readonly policy: Policy;
  readonly statements: readonly Statement[];
  readonly settled: SettledRules;
  readonly inForce: RulesInForce;
}

/** Adds the options that say which rules are meant. */
export function withRulePolicy(command: Command): Command {
  return command
    .option("-c, --config <file>", "configuration file (default: lazaret.yaml where there is one)")
    .option("--vendor <name>", "vendor whose policy applies")
    .option("--paranoia <level>", "paranoia level instead of the policy's", parseParanoia)
    .option("--pack <pack>", "lazaret, or a folder or file, instead of the policy's packs; can be repeated", collect);
}

/** One more value of an option that can be repeated. */
export function collect(value: string, former: readonly string[] = []): readonly string[] {
  return [...former, value];
}

function parseParanoia(text: string): number {
  if (!/^[1-4]$/.test(text)) throw new InvalidArgumentError("expected a level from 1 to 4");
  return Number(text);
}

/** Loads the rules that are meant, and prints the packs' warnings on standard error. */
export async function vendorRules(options: RulePolicyOptions): Promise<VendorRules> {
  const loaded = await commandConfiguration(options.config);
  const policy = policyMeant(loaded, options);
  const packs = await loadPacks(loaded, policy.rules.packs);
  for (const warning of packWarnings(packs)) console.error(problemLine(warning));
  const statements = policy.rules.packs.flatMap((name) => packs.get(name)?.statements ?? []);
  const settled = settle(statements, policy.rules);
  return { policy, statements, settled, inForce: rulesInForce(settled, statements, policy.rules) };
}

function policyMeant(loaded: LoadedConfig, { vendor, paranoia, pack }: RulePolicyOptions): Policy {
  const own = vendorPolicy(loaded, vendor);
  // Folders on the command line start here, those of a configuration beside it.
  const packs = pack?.map((name) => (name === "lazaret" ? name : resolve(name)));
  const { rules } = own;
  return { ...own, rules: { ...rules, paranoia: paranoia ?? rules.paranoia, packs: packs ?? rules.packs } };
}

/** A rule's message; what only an exchange could put into it is left out. */
export function messageOf({ message }: Rule): string {
  return expandTemplate(message, () => undefined);
}

/** Whether an id that somebody wrote means a rule: `lazaret/101110`, or `101110` for short. */
export function meansRule(id: string, rule: Rule): boolean {
  return rule.id === id || rule.id === `lazaret/${id}`;
}
