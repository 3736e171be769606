import words from "../../../../rules/libinjection/sql-words.json" with { type: "json" };
import { asciiUpper } from "./bytes.ts";

/**
 * Kinds of tokens that tell nothing: no fingerprint of the table is made of these alone. Numbers, names, types, operators and
 * the signs that stand between them.
 */
export const TELLING_NOTHING = "1not,;:.?{}\\";

/** What a byte is to the scan. */
const Role = { other: 0, letter: 1, digit: 2, sign: 3, hyphen: 4, slash: 5 } as const;
const HYPHEN = 0x2d;
const ASTERISK = 0x2a;

/**
 * Signs of the other kinds: strings, variables, logic operators, parentheses and comments. The backslash is one, since in
 * `\Nunion` a word begins inside a word.
 */
const SIGNS = "'\"`$()#@&|\\";

const ROLES = Uint8Array.from({ length: 256 }, (_, byte) => roleOf(String.fromCharCode(byte)));

function roleOf(character: string): number {
  if (/[A-Za-z_]/.test(character)) return Role.letter;
  if (/\d/.test(character)) return Role.digit;
  if (SIGNS.includes(character)) return Role.sign;
  if (character === "-") return Role.hyphen;
  return character === "/" ? Role.slash : Role.other;
}

/** Hashes of the words that tell something. Another word with such a hash costs a needless look, and nothing else. */
const TELLTALES = new Uint8Array(1 << 15);
for (const [kind, list] of Object.entries(words)) {
  if (!TELLING_NOTHING.includes(kind)) for (const word of list) TELLTALES[hashOf(lastPart(word))] = 1;
}

/** A phrase, and a name with dots, has its last word at the end of a run of letters too. */
function lastPart(word: string): string {
  return word.slice(Math.max(word.lastIndexOf(" "), word.lastIndexOf(".")) + 1);
}

/**
 * Whether a byte string can be an SQL injection at all. One look at each byte, from the end: every fingerprint of the table
 * needs one of the signs, a comment, or a word that tells something. A word ends where a run of letters and digits ends and
 * begins where it begins or, after a number such as the `1e5` of `1e5union`, inside it.
 */
export function canBeSql(text: string): boolean {
  let hash = 0;
  let isTelling = false;
  let isWholeTelling = false;
  let last: number = Role.other;
  for (let i = text.length - 1; i >= 0; i--) {
    const byte = text.charCodeAt(i);
    const role = ROLES[byte] ?? Role.other;
    if (role === Role.letter || role === Role.digit) {
      hash = nextHash(hash, byte);
      isWholeTelling = role === Role.letter && TELLTALES[hash] === 1;
      isTelling ||= isWholeTelling;
    } else {
      if (isWholeTelling || (last === Role.digit && isTelling) || opensSql(role, text, i)) return true;
      hash = 0;
      isTelling = false;
      isWholeTelling = false;
    }
    last = role;
  }
  return isWholeTelling || (last === Role.digit && isTelling);
}

function opensSql(role: number, text: string, at: number): boolean {
  if (role === Role.sign) return true;
  if (role === Role.hyphen) return text.charCodeAt(at + 1) === HYPHEN;
  return role === Role.slash && text.charCodeAt(at + 1) === ASTERISK;
}

function nextHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + asciiUpper(byte)) & (TELLTALES.length - 1);
}

function hashOf(word: string): number {
  let hash = 0;
  for (let i = word.length - 1; i >= 0; i--) hash = nextHash(hash, word.charCodeAt(i));
  return hash;
}
