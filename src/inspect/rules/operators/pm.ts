import type { OperatorFactory } from "./operator.ts";

/** `@pm WORDS`: the value holds one of the words, compared without case. */
export const pm: OperatorFactory = (argument) => {
  const words = argument.toLowerCase().split(/\s+/).filter(Boolean);
  return {
    name: "pm",
    argument,
    need: [{ classes: [], literals: words }],
    match: (value) => {
      const lower = value.toLowerCase();
      const found = words.find((word) => lower.includes(word));
      return found === undefined ? undefined : [found];
    },
  };
};
