import type { OperatorFactory } from "./operator.ts";
import { literalNeed } from "./literal-need.ts";

/** `@strmatch TEXT`: the value holds the text. */
export const strmatch: OperatorFactory = (argument) => ({
  name: "strmatch",
  argument,
  need: literalNeed(argument),
  match: (value) => (value.includes(argument) ? [argument] : undefined),
});
