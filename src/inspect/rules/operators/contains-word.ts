import { literalNeed } from "./literal-need.ts";
import type { OperatorFactory } from "./operator.ts";

/** `@containsWord TEXT`: the value holds the text, with no ASCII letter before or after it. */
export const containsWord: OperatorFactory = (argument) => ({
  name: "containsWord",
  argument,
  need: literalNeed(argument),
  match: (value) => (holdsWord(value, argument) ? [argument] : undefined),
});

function holdsWord(value: string, word: string): boolean {
  if (word === "") return true;
  for (let at = value.indexOf(word); at !== -1; at = value.indexOf(word, at + 1))
    if (!LETTER.test(value.charAt(at - 1)) && !LETTER.test(value.charAt(at + word.length))) return true;
  return false;
}

const LETTER = /[A-Za-z]/;
