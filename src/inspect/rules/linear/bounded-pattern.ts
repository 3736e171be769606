import { safeLength } from "./backtracking-cost.ts";
import { LinearPattern } from "./linear-pattern.ts";
import { syntaxTree } from "./syntax.ts";

/** A pattern that is run within bounds. */
export interface BoundedPattern {
  /**
   * What `pattern.exec(value)` gives, matched text and groups, in time linear in the value. Of a pattern with back-references
   * it throws `BudgetExceeded` where the steps run out. `value` is a byte string: its characters are below 256.
   */
  exec(value: string): readonly (string | undefined)[] | null;
}

/**
 * A pattern that finds what V8 finds but cannot backtrack without bound. Short values go to V8 itself, as far as its worst
 * case is small; for longer ones an automaton decides whether and where there is a match (Thompson 1968, with states built
 * as needed, as in RE2), and a matcher that goes no way twice finds what it is.
 * Throws `SyntaxError` for a pattern that cannot be bounded. The flags `g`, `y`, `u` and `v` must not be set.
 */
export function boundedPattern(pattern: RegExp): BoundedPattern {
  const tree = syntaxTree(pattern);
  const safe = safeLength(pattern, tree);
  if (safe === Infinity) return pattern;
  const linear = new LinearPattern(pattern, tree);
  return { exec: (value) => (value.length <= safe ? pattern.exec(value) : linear.exec(value)) };
}
