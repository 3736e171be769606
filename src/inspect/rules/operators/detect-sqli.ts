import { SqlInjectionDetector } from "../libinjection/sql/detector.ts";
import { BESIDE_LOGIC, LOGIC_WORDS, OPERATOR_WORDS, TELLING_WORDS, TYPE_WORDS } from "../libinjection/sql/telltale.ts";
import { literalSource } from "./literal-need.ts";
import type { OperatorFactory } from "./operator.ts";

/** Letters, digits and whatever else goes on with a word: all beyond ASCII but a no-break space. */
const IN_WORD = String.raw`\w\x80-\x9f\xa1-\xff`;
const END = `(?=[^${IN_WORD}]|$)`;
/** What stands before a word that has something before it: no word that goes on, or a number such as `1e5` or `0xff`. */
const NUMBER = "[0-9.][a-zA-Z]?|0x[0-9a-fA-F]*";
const BEFORE = `[^${IN_WORD}]|${NUMBER}`;
const WORDS = anyOf(TELLING_WORDS);
const LOGIC = `${anyOf(LOGIC_WORDS)}${END}`;
const TYPE = `${anyOf(TYPE_WORDS)}${END}`;
const BESIDE = `(?:[0-9@]|${anyOf(BESIDE_LOGIC)}${END})`;

/**
 * What a fingerprint of the table needs: the sign of a string, a logic operator, a parenthesis or a comment; a variable and
 * something else before it than names, or than a number; a word that tells something, and something between it and others; or
 * a word for a logic operator and a number, a variable or a function; or a type and a colon or semicolon.
 */
const NEED = new RegExp(
  [
    "(?:['\"`$()#\\\\]|&&|\\|\\||--|/\\*)",
    "[^a-zA-Z0-9._@][^]*@",
    String.raw`(?:[0-9.][a-zA-Z]\.[0-9][\w.]*|[0-9a-fA-F.]${anyOf(OPERATOR_WORDS)})@`,
    `(?:(?:^|${BEFORE})${WORDS}[^${IN_WORD}]|(?:${BEFORE})${WORDS}$)`,
    `${BESIDE}[^]*(?:${BEFORE})${LOGIC}`,
    `(?:^|${BEFORE})${LOGIC}[^]*${BESIDE}`,
    `(?:${NUMBER})${LOGIC}`,
    `[:;](?:[^]*(?:${BEFORE}))?${TYPE}`,
    `(?:^|${BEFORE})${TYPE}[^]*[:;]`,
  ].join("|"),
  "i",
);

function anyOf(words: readonly string[]): string {
  return `(?:${words.map(literalSource).join("|")})`;
}

/**
 * `@detectSQLi`: the value holds an SQL injection, as libinjection sees it. Takes no argument. Captures the fingerprint, as
 * ModSecurity does.
 */
export const detectSQLi: OperatorFactory = (argument) => {
  const detector = new SqlInjectionDetector();
  return {
    name: "detectSQLi",
    argument,
    need: NEED,
    match: (value) => {
      const fingerprint = detector.detect(value);
      return fingerprint === undefined ? undefined : [fingerprint];
    },
  };
};
