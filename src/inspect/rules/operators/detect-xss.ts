import { XssDetector } from "../libinjection/xss/detector.ts";
import { BANNED_BEGINNINGS, HARMFUL_NAMES } from "../libinjection/xss/names.ts";
import type { OperatorFactory } from "./operator.ts";

/** What stands before and after the name of an attribute. */
const BEFORE = "(?:^|[^a-z0-9:_-])";
const AFTER = "[^a-z0-9:_-]";

/** A tag or a comment; or an attribute that can do harm, in whose name old browsers passed NULs over, with a value. */
const NEED = new RegExp(
  `<|${BEFORE}(?:${BANNED_BEGINNINGS.join("|")})[^]*=|${BEFORE}(?:${HARMFUL_NAMES.map(withNuls).join("|")})\\0*(?:=|${AFTER}[^]*=)`,
  "i",
);
/**
 * `@detectXSS`: the value holds cross-site scripting, as libinjection sees it. Takes no argument. Captures the value, as
 * ModSecurity does.
 */
export const detectXSS: OperatorFactory = (argument) => {
  const detector = new XssDetector();
  return { name: "detectXSS", argument, need: NEED, match: (value) => (detector.detect(value) ? [value] : undefined) };
};

function withNuls(name: string): string {
  return [...name].join("\\0*");
}
