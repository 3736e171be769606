import { asciiUpper } from "../bytes.ts";

/** What a token is, as the letter of the published fingerprints. */
export const Kind = {
  none: 0,
  keyword: 0x6b,
  union: 0x55,
  group: 0x42,
  expression: 0x45,
  sqlType: 0x74,
  function: 0x66,
  bareword: 0x6e,
  number: 0x31,
  variable: 0x76,
  string: 0x73,
  operator: 0x6f,
  logicOperator: 0x26,
  comment: 0x63,
  collate: 0x41,
  leftParen: 0x28,
  rightParen: 0x29,
  leftBrace: 0x7b,
  rightBrace: 0x7d,
  dot: 0x2e,
  comma: 0x2c,
  colon: 0x3a,
  semicolon: 0x3b,
  transact: 0x54,
  unknown: 0x3f,
  evil: 0x58,
  backslash: 0x5c,
} as const;

/** Characters of a token's value that are looked at; the rest of a longer one is passed over. */
const LONGEST = 31;

/** A token of SQL. Its value is the part of `text` from `from` to `to`. */
export interface Token {
  kind: number;
  text: string;
  from: number;
  to: number;
  /** The quote that opened a string, or 0 where the string began before the text. */
  open: number;
  /** The quote that closed it, or 0. */
  close: number;
}

/** A token that is nothing yet. */
export function emptyToken(): Token {
  return { kind: Kind.none, text: "", from: 0, to: 0, open: 0, close: 0 };
}

/** Makes a token nothing again. */
export function clear(token: Token): void {
  assign(token, Kind.none, "", 0, 0);
  token.open = 0;
  token.close = 0;
}

/** Gives a token its kind and its value, which is cut where it is long. Its quotes stay. */
export function assign(token: Token, kind: number, text: string, from: number, to: number): void {
  token.kind = kind;
  token.text = text;
  token.from = from;
  token.to = Math.min(to, from + LONGEST);
}

/** Makes one token equal to another. */
export function copy(token: Token, source: Token): void {
  assign(token, source.kind, source.text, source.from, source.to);
  token.open = source.open;
  token.close = source.close;
}

/** How long the value is, after the cut. */
export function valueLength(token: Token): number {
  return token.to - token.from;
}

/** A character of the value, or 0 after its end. */
export function valueByte(token: Token, at: number): number {
  return at < valueLength(token) ? token.text.charCodeAt(token.from + at) : 0;
}

/** Whether the value is a word, which is in upper case, without regard to ASCII case. */
export function isWord(token: Token, word: string): boolean {
  return valueLength(token) === word.length && beginsWithWord(token, word);
}

/** Whether the value begins with a word, which is in upper case, without regard to ASCII case. */
export function beginsWithWord(token: Token, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if (asciiUpper(valueByte(token, i)) !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** `* / - + %`. */
export function isArithmetic(token: Token): boolean {
  return token.kind === Kind.operator && valueLength(token) === 1 && "*/-+%".includes(token.text.charAt(token.from));
}

/** `+ - ! ~ !! NOT`: operators that stand before their one operand. */
export function isUnary(token: Token): boolean {
  if (token.kind !== Kind.operator) return false;
  if (valueLength(token) === 1) return "+-!~".includes(token.text.charAt(token.from));
  return isWord(token, "!!") || isWord(token, "NOT");
}

const CALLABLE = [
  "USER_ID",
  "USER_NAME",
  "DATABASE",
  "PASSWORD",
  "USER",
  "CURRENT_USER",
  "CURRENT_DATE",
  "CURRENT_TIME",
  "CURRENT_TIMESTAMP",
  "LOCALTIME",
  "LOCALTIMESTAMP",
];

/** Whether it is a name of a column until a parenthesis follows. */
export function isCallable(token: Token): boolean {
  return CALLABLE.some((name) => isWord(token, name));
}
