import { CharClass } from "../../../core/char-class.ts";
import type { Need, OperatorFactory } from "./operator.ts";
import { compilePattern } from "./pattern.ts";
import { patternNeed } from "./pattern-need.ts";

/** `@rx PATTERN`: the value holds a match of the pattern. */
export const rx: OperatorFactory = (argument) => {
  const pattern = compilePattern(argument);
  const { regExp, oneLine } = pattern;
  // Most rules of a large set are never in force: what they need is read when somebody asks.
  const needs: { anywhere?: (classes: number) => Need; inOneLine?: (classes: number) => Need } = {};
  const needAmong = (classes: number): Need => {
    if ((classes & CharClass.control) !== 0) return (needs.anywhere ??= patternNeed(regExp))(classes);
    return (needs.inOneLine ??= patternNeed(oneLine))(classes);
  };
  return {
    name: "rx",
    argument,
    get need(): Need {
      return needAmong(~0);
    },
    needAmong,
    match: (value) => pattern.match(value),
  };
};
