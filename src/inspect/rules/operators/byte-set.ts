import { type ByteSet, complement } from "../byte-set.ts";

/** The set of the bytes in some ranges, written as pairs of characters: `azAZ` are the ASCII letters. */
export function byteSet(ranges: string): ByteSet {
  const set = new Uint8Array(256);
  for (let i = 0; i < ranges.length; i += 2) set.fill(1, ranges.charCodeAt(i), ranges.charCodeAt(i + 1) + 1);
  return set;
}

const DIGIT = byteSet("09");
const WORD = byteSet("09azAZ__");
const SPACE = byteSet("\t\r  ");
const HORIZONTAL = byteSet("\t\t  \xa0\xa0");
const VERTICAL = byteSet("\n\r\x85\x85");

/** What PCRE's generic types stand for on bytes: ASCII, but for a no-break space in `\h` and NEL in `\v`. */
export const GENERIC_TYPES: ReadonlyMap<string, ByteSet> = new Map([
  ["d", DIGIT],
  ["D", complement(DIGIT)],
  ["w", WORD],
  ["W", complement(WORD)],
  ["s", SPACE],
  ["S", complement(SPACE)],
  ["h", HORIZONTAL],
  ["H", complement(HORIZONTAL)],
  ["v", VERTICAL],
  ["V", complement(VERTICAL)],
]);

/** POSIX classes in the C locale. */
export const POSIX_CLASSES: ReadonlyMap<string, ByteSet> = new Map(
  Object.entries({
    alnum: "09azAZ",
    alpha: "azAZ",
    ascii: "\0\x7f",
    blank: "\t\t  ",
    cntrl: "\0\x1f\x7f\x7f",
    digit: "09",
    graph: "!~",
    lower: "az",
    print: " ~",
    punct: "!/:@[`{~",
    space: "\t\r  ",
    upper: "AZ",
    word: "09azAZ__",
    xdigit: "09afAF",
  }).map(([name, ranges]) => [name, byteSet(ranges)]),
);

/** The bytes that have a property of Unicode as code points (`\p{Lu}`, `\PL`, `\p{^Greek}`). Throws `SyntaxError` for an unknown one. */
export function propertySet(escape: string): ByteSet {
  const [, letter, not = "", name = ""] = /^\\([pP])\{?(\^?)(\w+)/.exec(escape) ?? [];
  const negated = (letter === "P") !== (not !== "");
  const property = UNICODE_NAMES.get(name) ?? (/^[A-Z][a-z]?$/.test(name) ? name : `Script=${name}`);
  const has = new RegExp(`[\\p{${property}}]`, "u");
  return Uint8Array.from({ length: 256 }, (_, code) => (has.test(String.fromCharCode(code)) === negated ? 0 : 1));
}

/** Names of PCRE's own. */
const UNICODE_NAMES: ReadonlyMap<string, string> = new Map([["Any", "Any"]]);

/** Adds the other case of every ASCII letter in the set. */
export function addOtherCase(set: ByteSet): void {
  for (let upper = 0x41; upper <= 0x5a; upper++)
    if (set[upper] === 1 || set[upper + 0x20] === 1) set[upper] = set[upper + 0x20] = 1;
}

/** The set as a class of a JavaScript pattern, without a flag. */
export function classSource(set: ByteSet, negated: boolean): string {
  let ranges = "";
  for (let from = 0; from < 256; from++) {
    if (set[from] !== 1) continue;
    let to = from;
    while (set[to + 1] === 1) to++;
    ranges += to === from ? byteSource(from) : `${byteSource(from)}${to > from + 1 ? "-" : ""}${byteSource(to)}`;
    from = to;
  }
  return `[${negated ? "^" : ""}${ranges}]`;
}

/** Whether JavaScript, told to ignore case, would match bytes that are not in the set; it folds `É` to `é` too. */
export function mindsCase(set: ByteSet): boolean {
  return set.some((held, code) => {
    const letter = (code >= 0x41 && code <= 0x5a) || (code >= 0xc0 && code <= 0xde && code !== 0xd7);
    return letter && held !== set[code + 0x20];
  });
}

/** A byte as a JavaScript pattern writes it, inside a class or outside. */
export function byteSource(code: number): string {
  const character = String.fromCharCode(code);
  if (/[0-9A-Za-z_]/.test(character)) return character;
  if (/[\^$\\.*+?()[\]{}|/-]/.test(character)) return character === "-" ? "\\x2d" : `\\${character}`;
  return code >= 0x20 && code < 0x7f ? character : `\\x${code.toString(16).padStart(2, "0")}`;
}
