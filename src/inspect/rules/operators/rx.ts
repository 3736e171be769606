import { CharClass } from "../../../core/char-class.ts";
import type { OperatorFactory } from "./operator.ts";
import { compilePattern } from "./pattern.ts";
import { patternNeed } from "./pattern-need.ts";

/** `@rx PATTERN`: the value holds a match of the pattern. */
export const rx: OperatorFactory = (argument) => {
  const pattern = compilePattern(argument);
  const { regExp, oneLine } = pattern;
  const anywhere = patternNeed(regExp);
  const inOneLine = oneLine === regExp ? anywhere : patternNeed(oneLine);
  return {
    name: "rx",
    argument,
    need: anywhere(~0),
    needAmong: (classes) => ((classes & CharClass.control) === 0 ? inOneLine : anywhere)(classes),
    match: (value) => pattern.match(value),
  };
};
