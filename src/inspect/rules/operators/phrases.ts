import { lowered } from "../transformations/lowercase.ts";
import { WordSearch } from "../word-search.ts";
import { caselessNeed } from "./literal-need.ts";
import type { Operator } from "./operator.ts";

/** Finds phrases in values, without case, as `@pm` does; what matched is told as the phrase is written. */
export function phraseOperator(name: string, argument: string, phrases: readonly string[]): Operator {
  const words = phrases.map(lowered);
  const search = new WordSearch(words);
  return {
    name,
    argument,
    need: caselessNeed(...words),
    match: (value) => {
      const found = search.find(value);
      return found === undefined ? undefined : [phrases[found.id] ?? ""];
    },
  };
}
