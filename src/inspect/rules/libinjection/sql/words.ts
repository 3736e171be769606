import words from "../../../../../rules/libinjection/sql-words.json" with { type: "json" };
import { bytesOf } from "../../byte-set.ts";
import { spanUntil } from "../bytes.ts";
import { assign, Kind, type Token } from "./token.ts";
import type { SqlInput } from "./input.ts";
import { WordTable } from "../word-table.ts";

/** The words, operators and phrases of SQL, each with the kind of token that it is. */
export const SQL_WORDS: WordTable = new WordTable(
  Object.entries(words).flatMap(([kind, list]) => list.map((word) => [word, kind.charCodeAt(0)] as const)),
);

const WORD_END = bytesOf(" []{}<>:\\?=@!#~+-*/&|^%(),';\t\n\v\f\r\"\xA0\0");
const DOT = 0x2e;
const TICK = 0x60;
const LOOKED_AT = 31;

/** A word. One that a dot or a backtick ends early is a word of its own where SQL knows it: `SELECT.1`. */
export function readWord({ text }: SqlInput, at: number, token: Token): number {
  let end = at;
  for (; end < text.length && end < at + LOOKED_AT; end++) {
    const byte = text.charCodeAt(end);
    if (WORD_END[byte] === 1) break;
    const kind = byte === DOT || byte === TICK ? SQL_WORDS.valueOf(text, at, end) : Kind.none;
    if (kind === Kind.none || kind === Kind.bareword) continue;
    assign(token, kind, text, at, end);
    return end;
  }
  end = spanUntil(text, end, WORD_END);
  const kind = end - at <= LOOKED_AT ? SQL_WORDS.valueOf(text, at, end) : Kind.none;
  assign(token, kind === Kind.none ? Kind.bareword : kind, text, at, end);
  return end;
}

/** SQL Server's name in square brackets. */
export function readBracketed({ text }: SqlInput, at: number, token: Token): number {
  const close = text.indexOf("]", at);
  const end = close < 0 ? text.length : close + 1;
  assign(token, Kind.bareword, text, at, end);
  return end;
}
