import type { OperatorFactory } from "./operator.ts";
import { literalNeed } from "./literal-need.ts";

/** `@contains TEXT`: the value holds the text. */
export const contains: OperatorFactory = (argument) => ({
  name: "contains",
  argument,
  need: literalNeed(argument),
  match: (value) => (value.includes(argument) ? [argument] : undefined),
});
