import { CharClass } from "../../../core/char-class.ts";
import { XssDetector } from "../libinjection/xss/detector.ts";
import type { Need, OperatorFactory } from "./operator.ts";

const { letter, less, equals, backtick, exclamation, other, percent, slash } = CharClass;

/** Markup, whose names have letters; a comment with a backtick in it; or an attribute, whose value follows an equals sign. */
const NEED: Need = [
  { classes: [less, letter], words: [] },
  { classes: [less, backtick, exclamation | other | percent | slash], words: [] },
  { classes: [equals, letter], words: [] },
];

/**
 * `@detectXSS`: the value holds cross-site scripting, as libinjection sees it. Takes no argument. Captures the value, as
 * ModSecurity does.
 */
export const detectXSS: OperatorFactory = (argument) => {
  const detector = new XssDetector();
  return { name: "detectXSS", argument, need: NEED, match: (value) => (detector.detect(value) ? [value] : undefined) };
};
