import type { OperatorFactory } from "./operator.ts";

/** `@validateUrlEncoding`: the value holds a percent sign without two hexadecimal digits after it. */
export const validateUrlEncoding: OperatorFactory = (argument) => ({
  name: "validateUrlEncoding",
  argument,
  need: /%/,
  match: (value) => (/%(?![0-9a-fA-F]{2})/.test(value) ? [value] : undefined),
});
