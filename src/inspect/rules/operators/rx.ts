import type { OperatorFactory } from "./operator.ts";
import { compilePattern } from "./pattern.ts";
import { patternNeed } from "./pattern-need.ts";

/** `@rx PATTERN`: the value holds a match of the pattern. */
export const rx: OperatorFactory = (argument) => {
  const pattern = compilePattern(argument);
  return {
    name: "rx",
    argument,
    need: patternNeed(pattern.regExp),
    match: (value) => pattern.match(value),
  };
};
