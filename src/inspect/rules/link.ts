import type { Captures, Operator } from "./operators/operator.ts";
import type { Link } from "./rule.ts";
import type { Form, Subject } from "./subject.ts";

/** What a link matched. */
export interface LinkMatch {
  /** The value as the operator saw it: `MATCHED_VAR`. */
  readonly value: string;
  readonly captures: Captures;
}

/** Tries a link's operator on a value. */
export function matchLink(link: Link, operator: Operator, subject: Subject): LinkMatch | undefined {
  if (!link.multiMatch) return matchForm(link, operator, subject.form(link.transformations));
  for (const form of subject.forms(link.transformations)) {
    const match = matchForm(link, operator, form);
    if (match !== undefined) return match;
  }
  return undefined;
}

function matchForm({ operator: { negated } }: Link, operator: Operator, { value }: Form): LinkMatch | undefined {
  const captures = operator.match(value);
  if (negated) return captures === undefined ? { value, captures: [value] } : undefined;
  return captures === undefined ? undefined : { value, captures };
}
