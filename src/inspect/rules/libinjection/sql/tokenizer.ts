import type { SqlInput } from "./input.ts";
import { readBinaryString, readHexString, readNumber } from "./numbers.ts";
import { readBackslash, readDash, readHash, readLongOperator, readOperator, readSlash, readVariable } from "./signs.ts";
import {
  readEscapeString,
  readMoney,
  readNationalString,
  readOpenString,
  readQString,
  readString,
  readTicked,
  readUnicodeString,
} from "./strings.ts";
import { assign, clear, Kind, type Token } from "./token.ts";
import { readBracketed, readWord } from "./words.ts";

/** Reads the token at `at`, and tells where it ends. White space leaves the token empty. */
type Reader = (input: SqlInput, at: number, token: Token) => number;

const readWhite: Reader = (_input, at) => at + 1;
/** A sign that is a kind of its own. */
const readSign: Reader = ({ text }, at, token) => {
  assign(token, text.charCodeAt(at), text, at, at + 1);
  return at + 1;
};
const readUnknown: Reader = ({ text }, at, token) => {
  assign(token, Kind.unknown, text, at, at + 1);
  return at + 1;
};

const SIGN_READERS: Readonly<Record<string, Reader>> = {
  "!": readLongOperator,
  '"': readString,
  "#": readHash,
  $: readMoney,
  "%": readOperator,
  "&": readLongOperator,
  "'": readString,
  "*": readLongOperator,
  "+": readOperator,
  "-": readDash,
  ".": readNumber,
  "/": readSlash,
  ":": readLongOperator,
  "<": readLongOperator,
  "=": readLongOperator,
  ">": readLongOperator,
  "?": readUnknown,
  "@": readVariable,
  "[": readBracketed,
  "\\": readBackslash,
  "]": readUnknown,
  "^": readOperator,
  "`": readTicked,
  "|": readLongOperator,
  "~": readOperator,
  B: readBinaryString,
  E: readEscapeString,
  N: readNationalString,
  Q: readQString,
  U: readUnicodeString,
  X: readHexString,
};

function readerOf(byte: number): Reader {
  const character = String.fromCharCode(byte);
  if (byte <= 0x20 || byte === 0x7f || byte === 0xa0) return readWhite;
  if (character >= "0" && character <= "9") return readNumber;
  if ("(),;{}".includes(character)) return readSign;
  return SIGN_READERS[byte < 0x80 ? character.toUpperCase() : character] ?? readWord;
}

const READERS: readonly Reader[] = Array.from({ length: 256 }, (_, byte) => readerOf(byte));

/** Reads the next token; false, with the token empty, at the end. */
export function nextToken(input: SqlInput, token: Token): boolean {
  clear(token);
  const { text } = input;
  if (input.at === 0 && input.quote !== 0) {
    input.at = readOpenString(input, input.quote, token);
    input.tokens++;
    return true;
  }
  while (input.at < text.length) {
    const read = READERS[text.charCodeAt(input.at)] ?? readWord;
    input.at = read(input, input.at, token);
    if (token.kind === Kind.none) continue;
    input.tokens++;
    return true;
  }
  return false;
}
