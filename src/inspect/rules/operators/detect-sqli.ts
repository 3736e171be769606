import { CharClass } from "../../../core/char-class.ts";
import { SqlInjectionDetector } from "../libinjection/sql/detector.ts";
import type { Need, OperatorFactory } from "./operator.ts";

const {
  letter,
  digit,
  apostrophe,
  quote,
  backtick,
  dollar,
  at,
  ampersand,
  pipe,
  hash,
  paren,
  slash,
  asterisk,
  hyphen,
} = CharClass;

/** Every class but letters and digits, which alone make one word, a number, or both. */
const SEPARATOR = Object.values(CharClass).reduce((union, one) => union | one, 0) & ~(letter | digit);

/**
 * What a fingerprint of the table needs. Words make letters and something between them; all others have a string, a variable, a
 * logic operator, a parenthesis or a comment, and each of those has its sign.
 */
const NEED: Need = [
  { classes: [letter, SEPARATOR], words: [] },
  { classes: [apostrophe | quote | backtick | dollar | at | ampersand | pipe | hash | paren], words: [] },
  { classes: [slash, asterisk], words: [] },
  { classes: [hyphen], words: [["--"]] },
];

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
