import { CharClass } from "../core/char-class.ts";
import { fromByteString } from "../inspect/rules/byte-string.ts";
import { EDGE, type Need } from "../inspect/rules/operators/operator.ts";
import type { Link } from "../inspect/rules/rule.ts";

/** Words of one group that are named before the rest is counted. */
const MOST_WORDS = 12;
/** Ways of matching that are named before the rest is counted. */
const MOST_WAYS = 4;

/** What a value must hold before a rule is tried on it, a line for each way in which it can match. */
export function needLines({ operator: { negated, constant } }: Link): string[] {
  if (negated) return ["it is tried on every value, since it matches where the operator does not"];
  if (constant === undefined) return ["it is tried on every value, since an exchange decides what it looks for"];
  const all = [...new Set(constant.need.map(wayText))];
  if (all.includes("")) return ["it is tried on every value"];
  const ways = all.slice(0, MOST_WAYS);
  return ways.length === all.length
    ? ways
    : [...ways, `or what ${all.length - ways.length} other ways to match ask for`];
}

function wayText({ classes, words, unquotedWords = [], first }: Need[number]): string {
  return [
    ...words.map((group) => `a word of ${wordList(group)}`),
    ...unquotedWords.map((group) => `with quotes left out, a word of ${wordList(group)}`),
    ...classes.map((mask) => `a character ${classNames(mask)}`),
    ...(first === undefined ? [] : [`at the start of a line, a character ${classNames(first)}`]),
  ].join("; ");
}

function wordList(words: readonly string[]): string {
  // Marks of word ends, and spaces that stand for any, tell a reader nothing.
  const bare = [...new Set(words.map((word) => word.replaceAll(EDGE, "").trim() || word))];
  const shown = bare.slice(0, MOST_WORDS).map((word) => JSON.stringify(fromByteString(word)));
  const rest = bare.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}

const CLASSES = Object.entries(CharClass);

function classNames(mask: number): string {
  const [held, others] = [true, false].map((isHeld) =>
    CLASSES.filter(([, bit]) => ((mask & bit) !== 0) === isHeld).map(([name]) =>
      name === "nonAscii" ? "beyond ASCII" : name,
    ),
  );
  // Nearly all of them are easier to read by what is left out.
  if (others !== undefined && others.length > 0 && others.length <= 4) return `other than ${others.join(", ")}`;
  return `of ${held?.join(", ")}`;
}
