import { byId, byMessage, byTag, compileActions, compileTransformations } from "./compile-actions.ts";
import type { Rule, RuleFilter, Statement } from "./rule.ts";
import type { Directive } from "./seclang/directives.ts";
import { parseTargets, type Target } from "./seclang/targets.ts";
import { parseTemplate } from "./seclang/template.ts";

type Update = (words: readonly string[], statements: readonly Statement[]) => Statement[];

const UPDATES: Readonly<Record<string, Update>> = {
  secruleremovebyid: (words, statements) => without(statements, byId(words.join(" "))),
  secruleremovebytag: (words, statements) => without(statements, byTag(words[0] ?? "")),
  secruleremovebymsg: (words, statements) => without(statements, byMessage(words[0] ?? "")),
  secruleupdatetargetbyid: ([rules = "", targets = ""], statements) =>
    changed(statements, byId(rules), updateTargets(targets)),
  secruleupdatetargetbytag: ([rules = "", targets = ""], statements) =>
    changed(statements, byTag(rules), updateTargets(targets)),
  secruleupdatetargetbymsg: ([rules = "", targets = ""], statements) =>
    changed(statements, byMessage(rules), updateTargets(targets)),
  secruleupdateactionbyid: ([rules = "", actions = ""], statements) =>
    changed(statements, byId(rules.replace(/:\d+$/, "")), updateActions(actions)),
};

/** Whether a directive changes rules that stand before it. */
export function isUpdate(name: string): boolean {
  return Object.hasOwn(UPDATES, name.toLowerCase());
}

/** The statements after a `SecRuleRemove…` or `SecRuleUpdate…`. Throws `SyntaxError` for one that cannot be read. */
export function applyUpdate({ name, words }: Directive, statements: readonly Statement[]): Statement[] {
  return UPDATES[name.toLowerCase()]?.(words, statements) ?? [...statements];
}

function without(statements: readonly Statement[], rules: RuleFilter): Statement[] {
  return statements.filter((statement) => statement.kind !== "rule" || !rules(statement.rule));
}

function changed(statements: readonly Statement[], rules: RuleFilter, change: (rule: Rule) => Rule): Statement[] {
  return statements.map((statement) =>
    statement.kind === "rule" && rules(statement.rule) ? { ...statement, rule: change(statement.rule) } : statement,
  );
}

/** Adds targets to the first link, exclusions among them. */
function updateTargets(text: string): (rule: Rule) => Rule {
  const added: readonly Target[] = parseTargets(text);
  return (rule) => {
    const [first, ...rest] = rule.links;
    return { ...rule, links: [{ ...first, targets: [...first.targets, ...added] }, ...rest] };
  };
}

/** Replaces the actions that a pack's user changes: logging, message, and transformations. */
function updateActions(text: string): (rule: Rule) => Rule {
  const actions = compileActions(text);
  const has = (name: string): boolean => actions.some((action) => action.name === name);
  const message = actions.find(({ name }) => name === "msg")?.value;
  return (rule) => {
    const [first, ...rest] = rule.links;
    const link = has("t") ? { ...first, transformations: compileTransformations(actions) } : first;
    return {
      ...rule,
      message: message === undefined ? rule.message : parseTemplate(message),
      logs: has("log") || (rule.logs && !has("nolog")),
      disruption: has("pass") ? "pass" : has("deny") || has("drop") ? "deny" : rule.disruption,
      links: [link, ...rest],
    };
  };
}
