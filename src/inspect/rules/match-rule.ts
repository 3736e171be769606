import { charClasses } from "../../core/char-class.ts";
import { matchLink } from "./link.ts";
import type { Link, Rule } from "./rule.ts";
import type { Member, Scope } from "./scope.ts";
import { Subject } from "./subject.ts";

/** What a rule matched when it was tried on whole collections. */
export interface RuleMatch {
  /** The member that its first link matched last. */
  readonly member: Member & { readonly collection: string };
  /** The matched bytes. */
  readonly matched: string;
}

/** Tries a rule on everything that its targets give, setting what it sets; undefined where its chain breaks off. */
export function matchRule(rule: Rule, scope: Scope, links: readonly Link[] = rule.links): RuleMatch | undefined {
  let first: RuleMatch | undefined;
  for (const link of links) {
    const last = matchMembers(link, scope);
    if (last === undefined) return undefined;
    first ??= last;
  }
  return first;
}

function matchMembers(link: Link, scope: Scope): RuleMatch | undefined {
  const operator = scope.operatorOf(link);
  const matched: { collection: string; name: string; value: string }[] = [];
  let last: RuleMatch | undefined;
  for (const member of scope.members(link.targets)) {
    const match = matchLink(link, operator, new Subject(member.value, charClasses(member.value)));
    if (match === undefined) continue;
    matched.push({ collection: member.collection, name: member.name, value: match.value });
    scope.matched(matched);
    if (link.capture) scope.capture(match.captures);
    for (const assignment of link.assignments) scope.assign(assignment);
    last = { member, matched: match.captures[0] };
  }
  return last;
}
