import { type ActiveRule, isAboutResponse, looksAtLeaves, looksAtWhole } from "./active-rule.ts";
import type { Rule } from "./rule.ts";
import type { Selector } from "./seclang/targets.ts";
import { macrosOf, type Template } from "./seclang/template.ts";

/** The rules that can lead to a finding about a response: by their own match, or by what they set, skip or take out. */
export function liveRules(rules: readonly ActiveRule[]): ActiveRule[] {
  const live = new Set(rules.filter(({ rule }) => isAboutResponse(rule)));
  for (let before = -1; before < live.size;) {
    before = live.size;
    const selectors = [...live].flatMap(({ rule }) => variablesReadBy(rule));
    const names = new Set([...live].map(({ rule }) => rule));
    for (const active of rules) if (!live.has(active) && hasEffect(active, selectors, names)) live.add(active);
  }
  return rules.filter((active) => live.has(active));
}

function hasEffect({ rule, skips }: ActiveRule, read: readonly Selector[], live: ReadonlySet<Rule>): boolean {
  return (
    rule.links.some(({ controls }) => controls.length > 0) ||
    skips.some((skipped) => live.has(skipped)) ||
    variablesWrittenBy(rule).some((name) => read.some((selector) => mayBe(name, selector)))
  );
}

/** Whether a rule judges each leaf by itself, so that the order of leaves and of other rules is the same to it. */
export function isLeafRule(active: ActiveRule, live: readonly ActiveRule[]): boolean {
  const [, ...rest] = active.rule.links;
  return isOpenedByLeaves(active, live) && !rest.some((link) => looksAtLeaves(link) || looksAtWhole(link));
}

/** Whether a rule can only match where its first link matches some leaf, and concerns no other rule. */
export function isOpenedByLeaves({ rule, skips }: ActiveRule, live: readonly ActiveRule[]): boolean {
  const [first] = rule.links;
  if (!looksAtLeaves(first) || looksAtWhole(first) || skips.length > 0) return false;
  if (rule.links.some(({ controls }) => controls.length > 0)) return false;
  const written = variablesWrittenBy(rule);
  return !live.some(
    (other) =>
      other.rule !== rule &&
      variablesReadBy(other.rule).some((selector) => written.some((name) => mayBe(name, selector))),
  );
}

/** Names in `TX` that a rule may set. */
export function variablesWrittenBy(rule: Rule): Template[] {
  return rule.links.flatMap(({ assignments }) => assignments.map(({ name }) => name));
}

const read = new WeakMap<Rule, readonly Selector[]>();

/** What a rule reads of `TX` beside its own captures. */
function variablesReadBy(rule: Rule): readonly Selector[] {
  const known = read.get(rule) ?? selectorsOf(rule);
  read.set(rule, known);
  return known;
}

function selectorsOf(rule: Rule): Selector[] {
  return rule.links.flatMap(({ targets, operator, assignments }) => [
    ...targets.filter(({ collection }) => collection === "TX").map(({ selector }) => selector),
    ...[operator.argument, ...assignments.flatMap(({ name, value }) => [name, value])]
      .flatMap(macrosOf)
      .filter(({ collection }) => collection === "TX")
      .map(({ key = "" }): Selector => ({ kind: "name", name: key })),
  ]);
}

/** Whether a name with macros can be one that a selector means. */
export function mayBe(name: Template, selector: Selector): boolean {
  if (selector.kind === "all") return true;
  if (selector.kind === "pattern")
    return selector.pattern.test(name.map((piece) => (typeof piece === "string" ? piece : "x")).join(""));
  const [only, ...more] = name;
  if (typeof only === "string" && more.length === 0) return only.toLowerCase() === selector.name;
  const pieces = name.map((piece) => (typeof piece === "string" ? RegExp.escape(piece.toLowerCase()) : ".*"));
  return new RegExp(`^${pieces.join("")}$`, "s").test(selector.name);
}
