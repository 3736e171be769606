import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { nearestWords } from "../config/suggest.ts";
import { DEFAULT_ACTIONS } from "../core/category.ts";
import { whereaboutsOf } from "../inspect/rules/in-force.ts";
import { operatorText, targetsText } from "../inspect/rules/rule-text.ts";
import type { Link, Rule } from "../inspect/rules/rule.ts";
import { thresholdOf } from "../inspect/rules/threshold.ts";
import { UsageError } from "./exit.ts";
import { needLines } from "./rule-need.ts";
import { IDLE_REASONS } from "./rules-list.ts";
import {
  meansRule,
  messageOf,
  type RulePolicyOptions,
  type VendorRules,
  vendorRules,
  withRulePolicy,
} from "./rule-policy.ts";

/** Ids that are offered in place of an unknown one. */
const MOST_NEAR = 5;

/** `lazaret rules show`: everything about one rule. */
export function rulesShowCommand(): Command {
  return withRulePolicy(new Command("show").description("say everything about one loaded rule"))
    .argument("<id>", "the id of a rule, lazaret/101110 or 101110 for short")
    .option("--json", "print one JSON object")
    .action(async (id: string, options: RulePolicyOptions & { readonly json?: true }) => {
      const rules = await vendorRules(options);
      const shown = await describe(ruleOf(id, rules), rules);
      console.log(options.json === true ? JSON.stringify(shown) : inWords(shown));
    });
}

function ruleOf(id: string, { statements }: VendorRules): Rule {
  const rules = statements.flatMap((statement) => (statement.kind === "rule" ? [statement.rule] : []));
  const found = rules.find((rule) => meansRule(id, rule));
  if (found !== undefined) return found;
  const near = nearestWords(
    id,
    rules.map((rule) => (id.startsWith("lazaret/") ? rule.id : rule.id.replace("lazaret/", ""))),
  )
    .toSorted((a, b) => sharedStart(b, id) - sharedStart(a, id))
    .slice(0, MOST_NEAR);
  const hint = near.length === 0 ? "" : `; near it: ${near.join(", ")}`;
  throw new UsageError(`no loaded rule has the id ${id}${hint}`);
}

/** Characters that two ids begin with alike: rules of one family do. */
function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** What `show` says of a rule. */
interface Shown {
  readonly id: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly inForce: boolean;
  readonly idle?: string;
  readonly category: string;
  readonly action: string;
  readonly severity: string;
  readonly score: number;
  readonly threshold: number;
  readonly paranoia: number;
  /** 1 to 5. */
  readonly phase: number;
  readonly tags: readonly string[];
  readonly looksAt: readonly string[];
  readonly links: readonly ShownLink[];
  /** What a value must hold before the rule is tried on it. */
  readonly needs: readonly string[];
  readonly comment: readonly string[];
}

interface ShownLink {
  readonly targets: string;
  readonly transformations: readonly string[];
  readonly multiMatch: boolean;
  readonly operator: string;
}

async function describe(rule: Rule, { policy, settled, inForce }: VendorRules): Promise<Shown> {
  const { id, file, line, severity, paranoia, phase, tags, disruption, category = "leak" } = rule;
  const active = inForce.rules.find((one) => one.rule === rule);
  const idle = inForce.idle.get(rule);
  const byDefault = rule.category === undefined ? (disruption === "deny" ? "block" : "sanitize") : undefined;
  const action = policy.on[category] ?? byDefault ?? DEFAULT_ACTIONS[category];
  return {
    id,
    message: messageOf(rule),
    file,
    line,
    inForce: active !== undefined,
    ...(idle === undefined ? {} : { idle: IDLE_REASONS[idle] }),
    category,
    action: disruption === "pass" ? "report" : action,
    severity,
    score: active?.score ?? rule.score,
    threshold: thresholdOf({ settled }, { policy }),
    paranoia,
    phase,
    tags,
    looksAt: whereaboutsOf(rule),
    links: rule.links.map(linkShown),
    needs: needLines(rule.links[0]),
    comment: await commentAbove(file, line),
  };
}

function linkShown(link: Link): ShownLink {
  return {
    targets: targetsText(link.targets),
    transformations: link.transformations.map(({ name }) => name),
    multiMatch: link.multiMatch,
    operator: operatorText(link),
  };
}

/** The lines of a comment that end right above a line. */
async function commentAbove(file: string, line: number): Promise<string[]> {
  const lines = (await readFile(file, "utf8")).split(/\r?\n/).slice(0, line - 1);
  const last = lines.findLastIndex((text) => !/^\s*#/.test(text));
  const comment = lines.slice(last + 1).map((text) => text.replace(/^\s*# ?/, "").trimEnd());
  const [begin, end] = [comment.findIndex(Boolean), comment.findLastIndex(Boolean)];
  return begin < 0 ? [] : comment.slice(begin, end + 1);
}

function inWords(shown: Shown): string {
  const { id, message, file, line, category, action, severity, score, threshold, paranoia, phase } = shown;
  const { tags, looksAt, needs } = shown;
  const [first, ...chain] = shown.links;
  return [
    `${id}: ${message}`,
    row("stands in", `${file}:${line}`),
    row("in force", shown.inForce ? "yes" : `no: ${shown.idle ?? "it is not reached"}`),
    row("category", `${category}, of which the outcome is ${action}`),
    row("severity", `${severity}; a match adds ${score} to the score of its value, the threshold is ${threshold}`),
    row("paranoia", `from level ${paranoia}`),
    row("phase", String(phase)),
    row("tags", tags.join(", ") || "none"),
    row("looks at", looksAt.join(", ") || "nothing of a response"),
    ...(first === undefined ? [] : linkLines(first)),
    ...chain.flatMap((link) => [row("and", "what follows matches too"), ...linkLines(link)]),
    row("tried on", needs.join("\n")),
    ...(shown.comment.length === 0 ? [] : [row("comment", ""), ...shown.comment.map((one) => `    ${one}`.trimEnd())]),
  ].join("\n");
}

function linkLines({ targets, transformations, multiMatch, operator }: ShownLink): string[] {
  const after = transformations.length === 0 ? "as it comes" : `after ${transformations.join(", then ")}`;
  return [
    row("targets", targets),
    row("value", multiMatch ? `${after}; also between` : after),
    row("matches", operator),
  ];
}

/** Columns of what is wrapped, and where it begins. */
const WIDTH = 100;
const INDENT = " ".repeat(14);

function row(name: string, value: string): string {
  const lines = value.split("\n").flatMap(wrapped);
  return `  ${`${name}:`.padEnd(12)}${lines.join(`\n${INDENT}`)}`.trimEnd();
}

/** Lines of at most `WIDTH` characters, cut after a space where there is one in reach: no character is lost, so patterns can be read. */
function wrapped(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > WIDTH) {
    const space = rest.lastIndexOf(" ", WIDTH - 1);
    const cut = space < WIDTH / 2 ? WIDTH : space + 1;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return [...lines, rest];
}
