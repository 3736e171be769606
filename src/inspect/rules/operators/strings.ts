import { NO_NEED, type Operator, type OperatorFactory } from "./operator.ts";

function comparing(name: string, test: (value: string, argument: string) => boolean): OperatorFactory {
  return (argument): Operator => ({
    name,
    argument,
    need: NO_NEED,
    match: (value) => (test(value, argument) ? [value] : undefined),
  });
}

/** `@contains TEXT`: the value holds the text. */
export const contains = comparing("contains", (value, argument) => value.includes(argument));
/** `@beginsWith TEXT` */
export const beginsWith = comparing("beginsWith", (value, argument) => value.startsWith(argument));
/** `@endsWith TEXT` */
export const endsWith = comparing("endsWith", (value, argument) => value.endsWith(argument));
/** `@streq TEXT`: the value is the text. */
export const streq = comparing("streq", (value, argument) => value === argument);
/** `@within TEXT`: the value, not empty, stands in the text. */
export const within = comparing("within", (value, argument) => value !== "" && argument.includes(value));
/** `@unconditionalMatch`: always. */
export const unconditionalMatch = comparing("unconditionalMatch", () => true);
/** `@noMatch`: never. */
export const noMatch = comparing("noMatch", () => false);
