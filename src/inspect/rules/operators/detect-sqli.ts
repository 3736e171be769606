import { CharClass } from "../../../core/char-class.ts";
import { SqlInjectionDetector } from "../libinjection/sql/detector.ts";
import { TELLING_WORDS } from "../libinjection/sql/telltale.ts";
import { EDGE, type Need, type OperatorFactory } from "./operator.ts";

const { letter, digit, apostrophe, quote, backtick, dollar, at, hash, paren, backslash } = CharClass;

/** Every class but letters and digits, which alone make one word, a number, or both. */
const SEPARATOR = Object.values(CharClass).reduce((union, one) => union | one, 0) & ~(letter | digit);

/**
 * What a fingerprint of the table needs: a word that tells something and something between it and others, or a string, a
 * variable, a logic operator, a parenthesis or a comment, each of which has its sign.
 */
const NEED: Need = [
  { classes: [letter, SEPARATOR], words: [TELLING_WORDS.map((word) => word + EDGE)] },
  { classes: [apostrophe | quote | backtick | dollar | at | hash | paren | backslash], words: [] },
  { classes: [], words: [["&&", "||", "--", "/*"]] },
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
