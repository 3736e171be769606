import { bytesOf } from "../../byte-set.ts";
import { spanOf } from "../bytes.ts";
import { assign, Kind, type Token, valueLength } from "./token.ts";
import type { SqlInput } from "./input.ts";
import { readWord, SQL_WORDS } from "./words.ts";

const MARK = { u: 0x75, q: 0x71, dollar: 0x24 } as const;
const BACKSLASH = 0x5c;
const APOSTROPHE = 0x27;
// The letters and, as the set is a C string, NUL.
const TAG = bytesOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\0");
const MONEY = bytesOf("0123456789.,\0");
const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ["<", ">"],
]);
const FIRST_PRINTABLE = 0x21;

/** A string whose quote stands at `at`. */
export function readString(input: SqlInput, at: number, token: Token): number {
  return readQuoted(input.text, at + 1, input.text.charCodeAt(at), token, true);
}

/** A string whose opening quote stood before the text. */
export function readOpenString(input: SqlInput, quote: number, token: Token): number {
  return readQuoted(input.text, 0, quote, token, false);
}

/** A string up to its quote; a quote that is doubled or stands after an odd number of backslashes belongs to it. */
function readQuoted(text: string, from: number, quote: number, token: Token, opened: boolean): number {
  const mark = String.fromCharCode(quote);
  let close = text.indexOf(mark, from);
  while (close >= 0) {
    if (isEscaped(text, from, close)) close = text.indexOf(mark, close + 1);
    else if (text.charCodeAt(close + 1) === quote) close = text.indexOf(mark, close + 2);
    else break;
  }
  assign(token, Kind.string, text, from, close < 0 ? text.length : close);
  token.open = opened ? quote : 0;
  token.close = close < 0 ? 0 : quote;
  return close < 0 ? text.length : close + 1;
}

function isEscaped(text: string, from: number, at: number): boolean {
  let first = at;
  while (first > from && text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

/** A name in backticks, as MySQL has it, or a function in them. */
export function readTicked(input: SqlInput, at: number, token: Token): number {
  const end = readString(input, at, token);
  const kind = SQL_WORDS.valueOf(token.text, token.from, token.from + valueLength(token));
  token.kind = kind === Kind.function ? Kind.function : Kind.bareword;
  return end;
}

/** `E'…'` of PostgreSQL. */
export function readEscapeString(input: SqlInput, at: number, token: Token): number {
  const { text } = input;
  if (at + 2 >= text.length || text[at + 1] !== "'") return readWord(input, at, token);
  return readQuoted(text, at + 2, APOSTROPHE, token, true);
}

/** `U&'…'`. */
export function readUnicodeString(input: SqlInput, at: number, token: Token): number {
  if (!input.text.startsWith("&'", at + 1)) return readWord(input, at, token);
  const end = readString(input, at + 2, token);
  token.open = MARK.u;
  if (token.close === APOSTROPHE) token.close = MARK.u;
  return end;
}

/** Oracle's `q'[…]'`. */
export function readQString(input: SqlInput, at: number, token: Token): number {
  return readQuoteOperator(input, at, at, token);
}

/** `N'…'` of MySQL, or Oracle's `nq'[…]'`. */
export function readNationalString(input: SqlInput, at: number, token: Token): number {
  const { text } = input;
  if (at + 2 < text.length && text[at + 1] === "'") return readEscapeString(input, at, token);
  return readQuoteOperator(input, at, at + 1, token);
}

function readQuoteOperator(input: SqlInput, at: number, q: number, token: Token): number {
  const { text } = input;
  const letter = text[q];
  const delimiter = text.charCodeAt(q + 2);
  const isQuoted = (letter === "q" || letter === "Q") && text[q + 1] === "'";
  // A byte from 0x80 is negative in C, so it delimits nothing either; NaN is the end.
  if (!isQuoted || !(delimiter >= FIRST_PRINTABLE && delimiter < 0x80)) return readWord(input, at, token);
  const open = String.fromCharCode(delimiter);
  const close = text.indexOf(`${CLOSING.get(open) ?? open}'`, q + 3);
  return assignMarked(token, MARK.q, text, q + 3, close, 2);
}

/** `$1,000.00`, `$$…$$`, `$tag$…$tag$` of PostgreSQL, or a lone `$`. */
export function readMoney(input: SqlInput, at: number, token: Token): number {
  const { text } = input;
  const amount = spanOf(text, at + 1, MONEY);
  if (amount === at + 2 && text[at + 1] === ".") return readWord(input, at, token);
  if (amount > at + 1) {
    assign(token, Kind.number, text, at, amount);
    return amount;
  }
  const tag = spanOf(text, at + 1, TAG);
  if (text[tag] !== "$") {
    assign(token, Kind.bareword, text, at, at + 1);
    return at + 1;
  }
  const fence = text.slice(at, tag + 1);
  return assignMarked(token, MARK.dollar, text, tag + 1, text.indexOf(fence, tag + 1), fence.length);
}

function assignMarked(token: Token, mark: number, text: string, from: number, close: number, fence: number): number {
  const end = close < 0 ? text.length : close;
  assign(token, Kind.string, text, from, end);
  token.open = mark;
  token.close = close < 0 ? 0 : mark;
  return close < 0 ? end : end + fence;
}
