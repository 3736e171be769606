import { SqlInjectionDetector } from "../libinjection/sql/detector.ts";
import { TELLING_WORDS } from "../libinjection/sql/telltale.ts";
import { literalSource } from "./literal-need.ts";
import type { OperatorFactory } from "./operator.ts";

/** Letters, digits and whatever else goes on with a word: all beyond ASCII but a no-break space. */
const IN_WORD = String.raw`\w\x80-\x9f\xa1-\xff`;
const WORDS = `(?:${TELLING_WORDS.map(literalSource).join("|")})`;
/** What stands before a telling word that has something before it: no word that goes on, or a number such as `1e5` or `0xff`. */
const BEFORE = `[^${IN_WORD}]|[0-9][a-zA-Z]?|0x[0-9a-fA-F]*`;

/**
 * What a fingerprint of the table needs: the sign of a string, a logic operator, a parenthesis or a comment; a variable and
 * something else than names; or a word that tells something, and something between it and others.
 */
const NEED = new RegExp(
  [
    "['\"`$()#\\\\]|&&|\\|\\||--|/\\*",
    String.raw`[^a-zA-Z0-9._@][^]*@|(?:^|[.@])[0-9][\w.]*@`,
    `(?:^|${BEFORE})${WORDS}[^${IN_WORD}]|(?:${BEFORE})${WORDS}$`,
  ].join("|"),
  "i",
);

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
