import type { Captures, OperatorFactory } from "./operator.ts";
import { compilePattern } from "./pattern.ts";
import { patternNeed } from "./pattern-need.ts";

/** `@rx PATTERN`: the value holds a match of the pattern. */
export const rx: OperatorFactory = (argument) => {
  const pattern = compilePattern(argument);
  return { name: "rx", argument, need: patternNeed(pattern), match: (value) => captures(pattern.exec(value)) };
};

function captures(found: RegExpExecArray | null): Captures | undefined {
  return found === null ? undefined : [found[0], ...found.slice(1)];
}
