import type { OperatorFactory } from "./operator.ts";
import { literalNeed } from "./literal-need.ts";

/** `@beginsWith TEXT` */
export const beginsWith: OperatorFactory = (argument) => ({
  name: "beginsWith",
  argument,
  need: literalNeed(argument),
  match: (value) => (value.startsWith(argument) ? [argument] : undefined),
});
