import { judgesResponses } from "./category.ts";
import { isOfResponse, type Place, placeOf } from "./collections.ts";
import type { Link, Rule } from "./rule.ts";
import type { Target } from "./seclang/targets.ts";

/** A rule that is in force, with what is settled about it before any exchange. */
export interface ActiveRule {
  readonly rule: Rule;
  /** Place in the order of phases and files. */
  readonly index: number;
  /** Targets that the packs' own set-up takes out. */
  readonly removedTargets: readonly Target[];
  /** Rules that are passed over where this one matches and has `skipAfter`. */
  readonly skips: readonly Rule[];
  /** What a match adds to the anomaly score of its leaf. */
  readonly score: number;
  /** Of the first link of a rule that judges the whole exchange: the rule, which is tried where this link matches some leaf. */
  readonly opens?: ActiveRule;
}

/** Whether a rule's matches are findings about a response: it logs, and looks at something of the response. */
export function isAboutResponse(rule: Rule): boolean {
  if (!rule.logs || !judgesResponses(rule.id)) return false;
  return rule.links.some(({ targets }) =>
    targets.some(({ collection, excluded }) => !excluded && (isOfResponse(collection) || collection === "TX")),
  );
}

/** Whether a link looks at single leaves of the response: at one place of it, or anywhere. */
export function looksAtLeaves({ targets }: Link, place?: Place): boolean {
  return targets.some(({ collection, excluded, count }) => {
    const at = placeOf(collection);
    return !excluded && !count && at !== undefined && (place === undefined || at === place);
  });
}

/** Whether a link looks at something of the response that is no leaf, or counts. */
export function looksAtWhole({ targets }: Link): boolean {
  return targets.some(
    ({ collection, excluded, count }) =>
      !excluded && isOfResponse(collection) && (count || placeOf(collection) === undefined),
  );
}
