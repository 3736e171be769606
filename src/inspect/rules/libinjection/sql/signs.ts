import { bytesOf } from "../../byte-set.ts";
import { spanUntil } from "../bytes.ts";
import { assign, Kind, type Token } from "./token.ts";
import { readString, readTicked } from "./strings.ts";
import type { SqlInput } from "./input.ts";
import { SQL_WORDS } from "./words.ts";

/** White space of SQL. */
const WHITE = bytesOf(" \t\n\v\f\r\xA0\0");
const VARIABLE_END = bytesOf(" <>:\\?=@!#~+-*/&|^%(),';\t\n\v\f\r'`\"\0");

/** An operator of one character. */
export function readOperator({ text }: SqlInput, at: number, token: Token): number {
  assign(token, Kind.operator, text, at, at + 1);
  return at + 1;
}

/** An operator of one to three characters; a colon alone is none. */
export function readLongOperator(input: SqlInput, at: number, token: Token): number {
  const { text } = input;
  if (text.startsWith("<=>", at)) {
    assign(token, Kind.operator, text, at, at + 3);
    return at + 3;
  }
  const kind = at + 1 < text.length ? SQL_WORDS.valueOf(text, at, at + 2) : Kind.none;
  if (kind !== Kind.none) {
    assign(token, kind, text, at, at + 2);
    return at + 2;
  }
  const isColon = text[at] === ":" && at + 1 < text.length;
  assign(token, isColon ? Kind.colon : Kind.operator, text, at, at + 1);
  return at + 1;
}

/** `#`: a comment to the end of the line for MySQL, an operator elsewhere. */
export function readHash(input: SqlInput, at: number, token: Token): number {
  input.hashes++;
  return input.mysql ? readLineComment(input, at, token) : readOperator(input, at, token);
}

/** `--`: a comment before white space and at the end; before anything else, for all but MySQL. */
export function readDash(input: SqlInput, at: number, token: Token): number {
  const { text } = input;
  if (text[at + 1] !== "-") return readOperator(input, at, token);
  if (at + 2 === text.length || WHITE[text.charCodeAt(at + 2)] === 1) return readLineComment(input, at, token);
  if (input.mysql) return readOperator(input, at, token);
  input.tightDashes++;
  return readLineComment(input, at, token);
}

function readLineComment({ text }: SqlInput, at: number, token: Token): number {
  const newline = text.indexOf("\n", at);
  const end = newline < 0 ? text.length : newline;
  assign(token, Kind.comment, text, at, end);
  return newline < 0 ? end : end + 1;
}

/** A comment or a division. A comment inside a comment and MySQL's `/*!` mean different things to different databases. */
export function readSlash(input: SqlInput, at: number, token: Token): number {
  const { text } = input;
  if (text[at + 1] !== "*") return readOperator(input, at, token);
  const close = text.indexOf("*/", at + 2);
  const end = close < 0 ? text.length : close + 2;
  const inner = close < 0 ? -1 : text.slice(at + 2, close + 1).indexOf("/*");
  assign(token, inner >= 0 || text[at + 2] === "!" ? Kind.evil : Kind.comment, text, at, end);
  return end;
}

/** `\N` is MySQL's NULL; any other backslash stands for itself. */
export function readBackslash({ text }: SqlInput, at: number, token: Token): number {
  const isNull = text[at + 1] === "N";
  const end = isNull ? at + 2 : at + 1;
  assign(token, isNull ? Kind.number : Kind.backslash, text, at, end);
  return end;
}

/** `@name`, `@@name`, and either with a quoted name. */
export function readVariable(input: SqlInput, at: number, token: Token): number {
  const { text } = input;
  const name = text[at + 1] === "@" ? at + 2 : at + 1;
  const quote = text[name];
  if (quote === "`" || quote === "'" || quote === '"') {
    const end = quote === "`" ? readTicked(input, name, token) : readString(input, name, token);
    token.kind = Kind.variable;
    return end;
  }
  const end = spanUntil(text, name, VARIABLE_END);
  assign(token, Kind.variable, text, name, end);
  return end;
}
