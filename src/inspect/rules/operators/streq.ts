import type { OperatorFactory } from "./operator.ts";
import { literalNeed } from "./literal-need.ts";

/** `@streq TEXT`: the value is the text. */
export const streq: OperatorFactory = (argument) => ({
  name: "streq",
  argument,
  need: literalNeed(argument),
  match: (value) => (value === argument ? [argument] : undefined),
});
