import { NO_NEED, type OperatorFactory } from "./operator.ts";

/** `@unconditionalMatch`: always. */
export const unconditionalMatch: OperatorFactory = (argument) => ({
  name: "unconditionalMatch",
  argument,
  need: NO_NEED,
  match: (value) => [value],
});
