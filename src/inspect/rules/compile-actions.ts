import type { Assignment, Control, Rule, RuleFilter } from "./rule.ts";
import { type ActionWord, parseActions } from "./seclang/actions.ts";
import { parseTargets } from "./seclang/targets.ts";
import { parseTemplate } from "./seclang/template.ts";
import { TRANSFORMATIONS } from "./transformations/registry.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** Every action of SecLang that is understood, or that says something to a web server's engine and nothing to this one. */
const ACTIONS = new Set(
  (
    "id phase ver rev maturity accuracy tag msg severity logdata block pass deny drop allow redirect status capture chain setvar " +
    "expirevar initcol skipafter log nolog auditlog noauditlog multimatch ctl t sanitisearg sanitisematched setuid setsid setenv"
  ).split(" "),
);

/** The actions of a rule. Throws `SyntaxError` for what cannot be read or is not known. */
export function compileActions(text: string): ActionWord[] {
  const actions = parseActions(text);
  const unknown = actions.find(({ name }) => !ACTIONS.has(name));
  if (unknown !== undefined) throw new SyntaxError(`the action ${unknown.name} is not known`);
  return actions;
}

/** The transformations in order; `t:none` drops what came before it. Throws `SyntaxError` for an unknown one. */
export function compileTransformations(actions: readonly ActionWord[]): Transformation[] {
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

/** What a rule writes to `TX`; other collections outlive the exchange and are not kept. */
export function compileAssignments(actions: readonly ActionWord[]): Assignment[] {
  return actions.flatMap(({ name, value = "" }) => {
    const found = name === "setvar" ? /^(!?)tx[.:]([^=]+)(?:=([+-]?)(.*))?$/is.exec(value) : null;
    if (found === null) return [];
    const [, removal, variable = "", sign, text = "1"] = found;
    const change = removal === "!" ? "remove" : sign === "+" ? "add" : sign === "-" ? "subtract" : "set";
    return [{ name: parseTemplate(variable), change, value: parseTemplate(text) } satisfies Assignment];
  });
}

/** What a rule takes out for the rest of the exchange. Throws `SyntaxError` for a `ctl` that cannot be read. */
export function compileControls(actions: readonly ActionWord[]): Control[] {
  return actions.flatMap(({ name, value = "" }) => (name === "ctl" ? compileControl(value) : []));
}

function compileControl(text: string): Control[] {
  const [, name = "", value = ""] = /^\s*(\w+)\s*=\s*(.*)$/s.exec(text) ?? [];
  const [selected = "", variables] = value.split(";");
  switch (name.toLowerCase()) {
    case "ruleremovebyid":
      return [{ kind: "removeRules", rules: byId(value) }];
    case "ruleremovebytag":
      return [{ kind: "removeRules", rules: byTag(value) }];
    case "ruleremovebymsg":
      return [{ kind: "removeRules", rules: byMessage(value) }];
    case "ruleremovetargetbyid":
      return removeTargets(byId(selected), variables);
    case "ruleremovetargetbytag":
      return removeTargets(byTag(selected), variables);
    case "ruleremovetargetbymsg":
      return removeTargets(byMessage(selected), variables);
    case "ruleengine":
      return value.toLowerCase() === "off" ? [{ kind: "engineOff" }] : [];
    case "":
      throw new SyntaxError(`ctl:${text} is not understood`);
    default:
      return [];
  }
}

function removeTargets(rules: RuleFilter, variables: string | undefined): Control[] {
  if (variables === undefined)
    throw new SyntaxError("a ctl that removes targets names none: expected ctl:…=RULE;TARGET");
  return parseTargets(variables).map((target) => ({ kind: "removeTarget", rules, target }));
}

/** Rules by id: `942100`, `942100-942200`, several of them. Own ids are given with or without `lazaret/`. */
export function byId(text: string): RuleFilter {
  const ranges = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((one) => {
      const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(one.replace(/^lazaret\//, "")) ?? [];
      if (from === undefined) throw new SyntaxError(`"${one}" is no rule id: expected a number or a range such as 1-5`);
      return { from: Number(from), to: Number(to) };
    });
  return ({ id }: Rule) => {
    const number = Number(id.replace(/^lazaret\//, ""));
    return ranges.some(({ from, to }) => number >= from && number <= to);
  };
}

/** Rules with a tag that holds a match of the pattern. */
export function byTag(pattern: string): RuleFilter {
  const expression = new RegExp(pattern);
  return ({ tags }) => tags.some((tag) => expression.test(tag));
}

/** Rules whose message holds a match of the pattern. */
export function byMessage(pattern: string): RuleFilter {
  const expression = new RegExp(pattern);
  return ({ message }) => expression.test(message.map((piece) => (typeof piece === "string" ? piece : "")).join(""));
}
