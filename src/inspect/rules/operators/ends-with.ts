import type { OperatorFactory } from "./operator.ts";
import { literalNeed } from "./literal-need.ts";

/** `@endsWith TEXT` */
export const endsWith: OperatorFactory = (argument) => ({
  name: "endsWith",
  argument,
  need: literalNeed(argument),
  match: (value) => (value.endsWith(argument) ? [argument] : undefined),
});
