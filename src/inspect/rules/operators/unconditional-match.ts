import type { OperatorFactory } from "./operator.ts";

/** `@unconditionalMatch`: always. */
export const unconditionalMatch: OperatorFactory = (argument) => ({
  name: "unconditionalMatch",
  argument,
  need: undefined,
  match: (value) => [value],
});
