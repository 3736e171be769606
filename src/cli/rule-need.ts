import { requiredPieces } from "../inspect/rules/filter/required-pieces.ts";
import { NEVER } from "../inspect/rules/operators/operator.ts";
import type { Link } from "../inspect/rules/rule.ts";

/** Characters of a pattern that are shown. */
const LONGEST = 160;

/** What a value must hold before a rule is tried on it, a line for each piece of its pattern that is looked for. */
export function needLines({ operator: { negated, constant } }: Link): string[] {
  if (negated) return ["every value, since it matches where the operator does not"];
  if (constant === undefined) return ["every value, since an exchange decides what it looks for"];
  const { need } = constant;
  if (need === NEVER) return ["no value"];
  const ways = need === undefined ? [] : requiredPieces(need);
  if (need === undefined || ways.some(({ telling }) => telling.length === 0)) return ["every value"];
  const ignoresCase = need.ignoreCase ? "i" : "";
  return ways.map(
    ({ telling }) => `what holds ${telling.map(({ source }) => `/${shortened(source)}/${ignoresCase}`).join(" and ")}`,
  );
}

function shortened(source: string): string {
  return source.length <= LONGEST ? source : `${source.slice(0, LONGEST)} …`;
}
