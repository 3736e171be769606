import words from "../../../../../rules/libinjection/sql-words.json" with { type: "json" };

/**
 * Kinds of tokens that tell nothing: no fingerprint of the table is made of these alone. Numbers, names, operators and the
 * signs that stand between them.
 */
export const TELLING_NOTHING = "1no,;:.?{}\\";

/** Words, in lower case, of which one has to end where a run of letters, digits and underscores ends, unless there are signs. */
export const TELLING_WORDS: readonly string[] = [
  ...new Set(
    Object.entries(words).flatMap(([kind, list]) =>
      TELLING_NOTHING.includes(kind) ? [] : list.map((word) => lastPart(word).toLowerCase()),
    ),
  ),
];

/** A phrase, and a name with dots, has its last word at the end of a run of letters too. */
function lastPart(word: string): string {
  return word.slice(Math.max(word.lastIndexOf(" "), word.lastIndexOf(".")) + 1);
}
