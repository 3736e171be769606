import type { OperatorFactory } from "./operator.ts";
import { compilePattern } from "./pattern.ts";

/** `@rx PATTERN`: the value holds a match of the pattern. */
export const rx: OperatorFactory = (argument) => {
  const pattern = compilePattern(argument);
  const { source, flags } = pattern.oneLine;
  // Most rules of a large set are never in force: what they need is read when somebody asks.
  let need: RegExp | undefined;
  return {
    name: "rx",
    argument,
    get need(): RegExp {
      need ??= new RegExp(source, `${flags.replace("m", "")}m`);
      return need;
    },
    match: (value) => pattern.match(value),
  };
};
