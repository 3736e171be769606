import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CATEGORY_OF_TAG, SEVERITIES } from "./category.ts";
import { OPERATORS } from "./operators/registry.ts";
import type { Condition, Rule, Target } from "./rule.ts";
import { type ActionWord, parseActions } from "./seclang/actions.ts";
import { type Directive, RuleError } from "./seclang/directives.ts";
import { TRANSFORMATIONS } from "./transformations/registry.ts";
import type { Transformation } from "./transformations/transformation.ts";

const TARGETS: ReadonlyMap<string, Target> = new Map([
  ["ARGS", "values"],
  ["ARGS_NAMES", "keys"],
  ["RESPONSE_HEADERS", "headers"],
]);

/** Rules of a file's directives. Throws `RuleError` with file, line and reason for what is not understood. */
export function compileRules(directives: readonly Directive[]): Rule[] {
  const rules: Rule[] = [];
  let signature = "";
  let chain: { readonly head: Directive; readonly actions: readonly ActionWord[]; conditions: Condition[] } | undefined;
  for (const directive of directives) {
    const { name, words, file, line } = directive;
    if (name === "SecComponentSignature") {
      signature = words[0] ?? "";
      continue;
    }
    if (name !== "SecRule") throw new RuleError(file, line, `${name} is not understood yet`);
    const actions = readActions(directive);
    const condition = compileCondition(directive, actions);
    const link = chain ?? { head: directive, actions, conditions: [] };
    link.conditions.push(condition);
    chain = actions.some((action) => action.name === "chain") ? link : undefined;
    if (chain === undefined) rules.push(compileRule(link.head, link.actions, link.conditions, signature));
  }
  if (chain !== undefined) throw new RuleError(chain.head.file, chain.head.line, "the chain has no last rule");
  return rules;
}

function readActions({ words, file, line }: Directive): ActionWord[] {
  try {
    return parseActions(words[2] ?? "");
  } catch (error) {
    throw new RuleError(file, line, error instanceof Error ? error.message : String(error));
  }
}

function compileCondition({ words, file, line }: Directive, actions: readonly ActionWord[]): Condition {
  const [variables = "", operator = ""] = words;
  const targets = variables.split("|").map((variable) => {
    const target = TARGETS.get(variable.toUpperCase());
    if (target === undefined) throw new RuleError(file, line, `the variable ${variable} is not understood yet`);
    return target;
  });
  const [, negation, name = "rx", argument = operator] = /^(!?)@(\w+)\s*(.*)$/s.exec(operator) ?? [operator, ""];
  const factory = OPERATORS.get(name.toLowerCase());
  if (factory === undefined) throw new RuleError(file, line, `the operator @${name} is not known`);
  try {
    const compiled = factory(argument, (data) => readFileSync(join(dirname(file), data), "utf8"));
    return {
      targets: new Set(targets),
      transformations: compileTransformations(actions),
      operator: compiled,
      negated: negation === "!",
    };
  } catch (error) {
    throw new RuleError(file, line, `@${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `t:none` drops what came before it. */
function compileTransformations(actions: readonly ActionWord[]): Transformation[] {
  let transformations: Transformation[] = [];
  for (const { name, value = "" } of actions) {
    if (name !== "t") continue;
    const transformation = TRANSFORMATIONS.get(value.toLowerCase());
    if (value.toLowerCase() === "none") transformations = [];
    else if (transformation === undefined) throw new SyntaxError(`the transformation t:${value} is not known`);
    else transformations.push(transformation);
  }
  return transformations;
}

function compileRule(
  { file, line }: Directive,
  actions: readonly ActionWord[],
  conditions: readonly Condition[],
  signature: string,
): Rule {
  const value = (name: string): string | undefined => actions.find((action) => action.name === name)?.value;
  const tags = actions.flatMap((action) => (action.name === "tag" ? [action.value ?? ""] : []));
  const [first, ...rest] = conditions;
  const number = value("id");
  const category = tags.map((tag) => CATEGORY_OF_TAG.get(tag)).find((one) => one !== undefined);
  const severity = SEVERITIES.get(value("severity")?.toUpperCase() ?? "CRITICAL");
  if (first === undefined || number === undefined) throw new RuleError(file, line, "the rule has no id");
  if (category === undefined) throw new RuleError(file, line, "the rule has no tag that names an attack");
  if (severity === undefined) throw new RuleError(file, line, `the severity ${value("severity")} is not known`);
  const level = tags.map((tag) => /^paranoia-level\/([1-4])$/.exec(tag)?.[1]).find((one) => one !== undefined);
  return {
    id: signature.startsWith("lazaret/") ? `lazaret/${number}` : number,
    file,
    line,
    message: value("msg") ?? "",
    category,
    ...severity,
    paranoia: Number(level ?? 1),
    tags,
    conditions: [first, ...rest],
  };
}
