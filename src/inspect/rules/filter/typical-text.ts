import type { ByteSet } from "../byte-set.ts";
import { byteSet } from "../linear/byte-set.ts";

/** What responses are full of: by it, pieces of patterns that tell much are told from those that tell little. */
export const TYPICAL_VALUES: readonly string[] = [
  "https://api.example.com/v1/customers/cus_5f687febff25a2?expand[]=orders&limit=49&page=2",
  "http://www.example.org/en/news/2024/the-best-of-2024.html?utm_source=news&id=7",
  "2024-04-26T04:09:15.140Z",
  "29d50f3d-0605-42c6-a29c-e00fc76afb76",
  "O'Neil & Sons, 75 Main St., New York (NY)",
  "jane.doe+orders@example.com",
  "+49 30 2168335",
  "application/json; charset=utf-8",
  "The parcel is not here yet, and we don't know if it's in the new list or where it was ordered from: please call us.",
  "We've updated our terms (see section 3.1). Sign in to your account to read them - it takes 5 minutes!",
  '- [x] Fix "undefined is not a function" in `src/index.js` when the user has no name\n- [ ] Add tests\n\n## Notes\n\nSee #1234.',
  "image/png,{owner}/{repo},user_name,node_id,$12.50,100%,C:\\temp,a=b;c=d,x|y",
];
const TYPICAL = TYPICAL_VALUES.join("\n");

/** How often a byte stands in typical text, at least a little. */
const FREQUENCY = Float64Array.from({ length: 256 }, (_, byte) => {
  const occurrences = TYPICAL.split(String.fromCharCode(byte)).length - 1;
  return byte < 0x80 ? (occurrences + 0.5) / TYPICAL.length : 1e-3;
});

/** About how often a byte stands in typical text, of all bytes; 0 for what is none. */
export function frequencyOf(byte: number): number {
  return FREQUENCY[byte] ?? 0;
}

const WHOLE = FREQUENCY.reduce((sum, one) => sum + one, 0);

const chances = new Map<ByteSet, number>();

/** The chance that a byte of typical text is what one character, escape or class of a pattern matches. */
export function chanceOf(raw: string, flags: string): number {
  const set = byteSet(raw, { ignoreCase: flags.includes("i"), multiline: true, dotAll: flags.includes("s") });
  const known = chances.get(set);
  if (known !== undefined) return known;
  const chance = set.reduce((sum, held, byte) => (held === 1 ? sum + frequencyOf(byte) : sum), 0) / WHOLE;
  chances.set(set, chance);
  return chance;
}

/** The chance that a typical text matches a pattern at a given place: as counted, but no less than some model says. */
export function typicalChance(source: string, flags: string, modelled: number): number {
  const found = Array.from(TYPICAL.matchAll(new RegExp(source, `${flags}g`))).length;
  return Math.max(modelled, found / TYPICAL.length);
}

const dwells = new Map<string, number>();

/** Bytes of typical text that a repeated pattern takes once it has begun, on average. */
export function typicalRun(source: string, flags: string): number {
  const key = `${flags}/${source}`;
  const known = dwells.get(key);
  if (known !== undefined) return known;
  const run = new RegExp(`(?:${source})+`, `${flags}g`);
  let runs = 0;
  let bytes = 0;
  for (const [text] of TYPICAL.matchAll(run)) {
    if (text === "") continue;
    runs++;
    bytes += text.length;
  }
  const mean = runs === 0 ? 0 : bytes / runs;
  dwells.set(key, mean);
  return mean;
}
