import words from "../../../../../rules/libinjection/sql-words.json" with { type: "json" };

/**
 * Kinds of tokens that tell nothing: no fingerprint of the table is made of these alone. Numbers, names, operators and the
 * signs that stand between them.
 */
export const TELLING_NOTHING = "1no,;:.?{}\\";

/** Kinds that tell something only beside another that does: functions, logic operators and types. */
const TELLING_LITTLE = "f&t";

/** Types, which without a sign tell something only beside a colon or semicolon, or another word that does. */
export const TYPE_WORDS: readonly string[] = wordsOf((kind) => kind === "t");

/** Logic operators, which without a sign tell something only beside a number, a function, or another word that does. */
export const LOGIC_WORDS: readonly string[] = wordsOf((kind) => kind === "&").filter((word) => /^\w+$/.test(word));

/** Words that are operators. */
export const OPERATOR_WORDS: readonly string[] = wordsOf((kind) => kind === "o").filter((word) => /^\w+$/.test(word));

/** Words that are numbers, and functions. */
export const BESIDE_LOGIC: readonly string[] = wordsOf((kind) => kind === "1" || kind === "f");

/**
 * Words, in lower case, of which one has to end where a run of letters, digits and underscores ends, unless there are signs
 * or something beside a logic operator or a type.
 */
export const TELLING_WORDS: readonly string[] = [
  ...wordsOf((kind) => !TELLING_NOTHING.includes(kind) && !TELLING_LITTLE.includes(kind)),
  // Functions that are statements after a semicolon: IF, and what begins so.
  ...wordsOf((kind) => kind === "f").filter((word) => word.startsWith("if")),
];

function wordsOf(isMeant: (kind: string) => boolean): string[] {
  const meant = Object.entries(words).filter(([kind]) => isMeant(kind));
  return [...new Set(meant.flatMap(([, list]) => list.map((word) => lastPart(word).toLowerCase())))];
}

/** A phrase, and a name with dots, has its last word at the end of a run of letters too. */
function lastPart(word: string): string {
  return word.slice(Math.max(word.lastIndexOf(" "), word.lastIndexOf(".")) + 1);
}
