import words from "../../../../../rules/libinjection/sql-words.json" with { type: "json" };
import { asciiUpper } from "../bytes.ts";

/**
 * Kinds of tokens that tell nothing: no fingerprint of the table is made of these alone. Numbers, names, operators and the
 * signs that stand between them.
 */
export const TELLING_NOTHING = "1no,;:.?{}\\";

/** What a byte is to the scan. A joint can stand inside a number: `1.e5`, `1e+5`, and NUL, which is a digit after `0x`. */
const Role = { other: 0, letter: 1, digit: 2, joint: 3, sign: 4, hyphen: 5, slash: 6, doubled: 7 } as const;

/**
 * Signs of the other kinds: strings, variables, logic operators, parentheses and comments. The backslash is one, since in
 * `\Nunion` a word begins inside a word.
 */
const SIGNS = "'\"`$()#@\\";
/** Logic operators where they stand twice. */
const DOUBLED = "&|";

const ROLES = Uint8Array.from({ length: 256 }, (_, byte) => roleOf(String.fromCharCode(byte)));

function roleOf(character: string): number {
  if (/[A-Za-z_]/.test(character)) return Role.letter;
  if (/\d/.test(character)) return Role.digit;
  if (".+\0".includes(character)) return Role.joint;
  if (SIGNS.includes(character)) return Role.sign;
  if (DOUBLED.includes(character)) return Role.doubled;
  if (character === "-") return Role.hyphen;
  return character === "/" ? Role.slash : Role.other;
}

/** Words, in lower case, of which one has to end where a run of letters, digits and underscores ends, unless there are signs. */
export const TELLING_WORDS: readonly string[] = [
  ...new Set(
    Object.entries(words).flatMap(([kind, list]) =>
      TELLING_NOTHING.includes(kind) ? [] : list.map((word) => lastPart(word).toLowerCase()),
    ),
  ),
];

/** Hashes of the words that tell something. Another word with such a hash costs a needless look, and nothing else. */
const TELLTALES = new Uint8Array(1 << 15);
for (const word of TELLING_WORDS) TELLTALES[hashOf(word)] = 1;

/** A phrase, and a name with dots, has its last word at the end of a run of letters too. */
function lastPart(word: string): string {
  return word.slice(Math.max(word.lastIndexOf(" "), word.lastIndexOf(".")) + 1);
}

/**
 * Whether a byte string can be an SQL injection at all. One look at each byte, from the end: every fingerprint of the table
 * needs one of the signs, a comment, or a word that tells something. A word ends where a run of letters and digits ends. It
 * begins where the run begins or, after a number such as the `1e5` of `1e5union`, inside it.
 */
export function canBeSql(text: string): boolean {
  let hash = 0;
  /** Some end of the run is a telling word; the run is one, and begins with a letter; the run begins with a digit. */
  let endTells = false;
  let wholeTells = false;
  let isNumber = false;
  for (let i = text.length - 1; i >= 0; i--) {
    const byte = text.charCodeAt(i);
    const role = ROLES[byte] ?? Role.other;
    if (role === Role.letter || role === Role.digit) {
      hash = nextHash(hash, byte);
      isNumber = role === Role.digit;
      wholeTells = !isNumber && TELLTALES[hash] === 1;
      endTells ||= wholeTells;
      continue;
    }
    if (wholeTells || (endTells && (isNumber || isInNumber(role, text, i))) || opensSql(role, text, i)) return true;
    hash = 0;
    endTells = false;
    wholeTells = false;
    isNumber = false;
  }
  return wholeTells || (endTells && isNumber);
}

/** Whether a number can go on over this byte, into the run of letters after it. */
function isInNumber(role: number, text: string, at: number): boolean {
  const before = text.charAt(at - 1);
  if (text.charAt(at) === ".") return before >= "0" && before <= "9";
  if (role === Role.hyphen || text.charAt(at) === "+") return before === "e" || before === "E";
  return role === Role.joint;
}

function opensSql(role: number, text: string, at: number): boolean {
  if (role === Role.sign) return true;
  if (role === Role.hyphen || role === Role.doubled) return text[at + 1] === text[at];
  return role === Role.slash && text[at + 1] === "*";
}

function nextHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + asciiUpper(byte)) & (TELLTALES.length - 1);
}

function hashOf(word: string): number {
  let hash = 0;
  for (let i = word.length - 1; i >= 0; i--) hash = nextHash(hash, word.charCodeAt(i));
  return hash;
}
