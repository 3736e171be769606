import { bytesOf } from "../../byte-set.ts";
import { spanOf } from "../bytes.ts";
import { assign, Kind, type Token } from "./token.ts";
import type { SqlInput } from "./input.ts";
import { readWord } from "./words.ts";

const DIGITS = bytesOf("0123456789");
// The published algorithm looks bytes up in C strings, whose final NUL belongs to the set.
const HEX_DIGITS = bytesOf("0123456789ABCDEFabcdef\0");
const BINARY_DIGITS = bytesOf("01\0");
const WHITE_OR_SEMICOLON = bytesOf(" \t\n\v\f\r\xA0\0;");

/** Digits with a point, an exponent and Oracle's suffix, or `0x` and `0b`; a point alone is a dot. */
export function readNumber({ text }: SqlInput, at: number, token: Token): number {
  const based = digitsOfPrefix(text, at);
  if (based !== undefined) {
    const end = spanOf(text, at + 2, based);
    assign(token, end === at + 2 ? Kind.bareword : Kind.number, text, at, end);
    return end;
  }
  let end = spanOf(text, at, DIGITS);
  if (text[end] === ".") {
    end = spanOf(text, end + 1, DIGITS);
    if (end - at === 1) {
      assign(token, Kind.dot, text, at, end);
      return end;
    }
  }
  const mantissa = end;
  end = exponentEnd(text, end);
  const isWord = end > mantissa && !DIGITS[text.charCodeAt(end - 1)];
  end = suffixEnd(text, end);
  assign(token, isWord ? Kind.bareword : Kind.number, text, at, end);
  return end;
}

function digitsOfPrefix(text: string, at: number): Uint8Array | undefined {
  if (text[at] !== "0") return undefined;
  const letter = text[at + 1];
  if (letter === "x" || letter === "X") return HEX_DIGITS;
  return letter === "b" || letter === "B" ? BINARY_DIGITS : undefined;
}

function exponentEnd(text: string, at: number): number {
  if (text[at] !== "e" && text[at] !== "E") return at;
  const sign = text[at + 1];
  return spanOf(text, sign === "+" || sign === "-" ? at + 2 : at + 1, DIGITS);
}

/** `d` or `f` belongs to the number at the end, before white space or `;`, and before the U of `1fUNION`. */
function suffixEnd(text: string, at: number): number {
  const letter = text[at];
  if (letter === undefined || !"dDfF".includes(letter)) return at;
  const next = text[at + 1];
  const ends = next === undefined || next === "u" || next === "U" || WHITE_OR_SEMICOLON[next.charCodeAt(0)] === 1;
  return ends ? at + 1 : at;
}

/** `b'01'`. */
export function readBinaryString(input: SqlInput, at: number, token: Token): number {
  return readDigitString(input, at, token, BINARY_DIGITS);
}

/** `x'1F'`. */
export function readHexString(input: SqlInput, at: number, token: Token): number {
  return readDigitString(input, at, token, HEX_DIGITS);
}

function readDigitString(input: SqlInput, at: number, token: Token, digits: Uint8Array): number {
  const { text } = input;
  if (at + 2 >= text.length || text[at + 1] !== "'") return readWord(input, at, token);
  const end = spanOf(text, at + 2, digits);
  if (text[end] !== "'") return readWord(input, at, token);
  assign(token, Kind.number, text, at, end + 1);
  return end + 1;
}
