import type { Token } from "./token.ts";

/** Where folding stands: `tokens[left]` is looked at with the one or two after it; `count` are there. */
export interface Folding {
  readonly tokens: readonly Token[];
  count: number;
  left: number;
}

/** Rules by the kind of the first token they look at, as an array, since one is chosen for each step of the folding. */
export function rulesByKind<Rule>(
  entries: readonly (readonly [kind: number, rule: Rule])[],
): readonly (Rule | undefined)[] {
  const rules: (Rule | undefined)[] = Array.from({ length: 128 });
  for (const [kind, rule] of entries) rules[kind] = rule;
  return rules;
}
