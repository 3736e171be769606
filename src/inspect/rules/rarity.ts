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

/** About how often a word stands at a given place of real responses by chance: words that are rare tell most. */
export function commonness(spelling: string): number {
  const word = spelling.replaceAll(EDGE, "");
  const edges = spelling.length - word.length;
  if (FREQUENT.some((text) => text.includes(word))) return FREQUENT_CHANCE;
  return [...word].reduce((chance, character) => chance * frequency(character), 0.3 ** edges);
}
