import type { OperatorFactory } from "./operator.ts";

/** `@within TEXT`: the value stands in the text; an empty one does. */
export const within: OperatorFactory = (argument) => ({
  name: "within",
  argument,
  need: undefined,
  match: (value) => (argument.includes(value) ? [value] : undefined),
});
