import { EDGE } from "./operators/operator.ts";

/** Letters by how often English and identifiers have them, the most frequent first. */
const LETTERS = "etaoinsrhldcumfpgwybvkxjqz";

/** About how often a character stands in the strings of real responses, of all characters. */
function frequency(character: string): number {
  const rank = LETTERS.indexOf(character);
  if (rank >= 0) return 0.09 * 0.87 ** rank;
  if (character === " ") return 0.1;
  if (/[0-9]/.test(character)) return 0.03;
  return /[./:_-]/.test(character) ? 0.015 : 0.002;
}

/** What nearly every response has more of than its letters tell. */
const FREQUENT = [
  "https://www.",
  "http://",
  ".com/",
  ".org/",
  ".html",
  " the ",
  " and ",
  " for ",
  " with ",
  " from ",
  " not ",
];
const FREQUENT_CHANCE = 1e-3;

const FREQUENCIES = Float64Array.from({ length: 256 }, (_, byte) => frequency(String.fromCharCode(byte)));
/** Words that were asked about: rule sets ask about few, and about those often. */
const known = new Map<string, number>();
const MOST_KNOWN = 50_000;

/** About how often a word stands at a given place of real responses by chance: words that are rare tell most. */
export function commonness(spelling: string): number {
  const former = known.get(spelling);
  if (former !== undefined) return former;
  if (known.size >= MOST_KNOWN) known.clear();
  const chance = newCommonness(spelling);
  known.set(spelling, chance);
  return chance;
}

/** About how often one of some words stands at a given place. */
export function commonnessOfAny(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + commonness(word), 0);
}

function newCommonness(spelling: string): number {
  const word = spelling.replaceAll(EDGE, "");
  if (FREQUENT.some((text) => text.includes(word))) return FREQUENT_CHANCE;
  let chance = 0.3 ** (spelling.length - word.length);
  for (let i = 0; i < word.length; i++) chance *= FREQUENCIES[word.charCodeAt(i)] ?? 1;
  return chance;
}
