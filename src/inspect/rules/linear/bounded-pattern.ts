import { safeLengths } from "./backtracking-cost.ts";
import { LinearPattern } from "./linear-pattern.ts";
import { syntaxTree } from "./syntax.ts";

/** Milliseconds after which a pattern is no longer trusted with values of that length. */
const LONG = 4;

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
  const { always, watched } = safeLengths(pattern, tree);
  if (always === Infinity) return pattern;
  const linear = new LinearPattern(pattern, tree);
  let trusted = watched;
  return {
    exec: (value) => {
      const { length } = value;
      if (length <= always) return pattern.exec(value);
      if (length > trusted) return linear.exec(value);
      const began = performance.now();
      const found = pattern.exec(value);
      // A value that defeats it is the last one of its length; a pause of the process is not taken for one.
      if (performance.now() - began > LONG && isLong(pattern, value)) trusted = Math.max(always, length >> 1);
      return found;
    },
  };
}

/** Whether a value takes long again. */
function isLong(pattern: RegExp, value: string): boolean {
  const began = performance.now();
  pattern.exec(value);
  return performance.now() - began > LONG;
}
