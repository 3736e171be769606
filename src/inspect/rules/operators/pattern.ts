import { BudgetExceeded } from "../../../core/budget.ts";
import { Derivation } from "../derivation.ts";
import { boundedPattern, type BoundedPattern } from "../linear/bounded-pattern.ts";
import type { Captures } from "./operator.ts";
import { PatternTranslator, type TranslatedPattern } from "./pattern-translator.ts";

/** A pattern of PCRE, compiled. */
export interface Pattern {
  /** Matches what PCRE would, in any value. Its groups may be more than the pattern's. */
  readonly regExp: RegExp;
  /** Matches what PCRE would in a value of one line. */
  readonly oneLine: RegExp;
  /** The first match in a byte string and the pattern's own groups. */
  match(value: string): Captures | undefined;
}

/**
 * Compiles a PCRE pattern as libmodsecurity 3 does: over bytes, the dot matching line ends too, `^` and `$` at every line
 * (PCRE2_DOTALL and PCRE2_MULTILINE, no UTF mode). The pattern is a byte string. Throws `SyntaxError` with the reason for
 * what PCRE refuses (but for look-behinds of any length, which are taken) or what has no equivalent in JavaScript: conditions,
 * recursion, verbs, branch resets, and references to groups that may have taken no part.
 */
export function compilePattern(pattern: string): Pattern {
  const { source, flags, groups } = translate(pattern, true);
  const regExp = new RegExp(source, flags);
  const plain = translate(pattern, false).source;
  // Most values are one line, where `^` and `$` need no look around.
  const oneLine = plain === source ? regExp : new RegExp(plain, flags);
  const bounded = boundedWhenUsed(regExp);
  const boundedLine = oneLine === regExp ? bounded : boundedWhenUsed(oneLine);
  return {
    regExp,
    oneLine,
    match: (value) => {
      const found = (oneLine !== regExp && value.includes("\n") ? bounded : boundedLine).exec(value);
      if (found === null) return undefined;
      if (groups === undefined) return [found[0] ?? "", ...found.slice(1)];
      const [first = 0, ...rest] = groups;
      return [found[first] ?? "", ...rest.map((group) => found[group])];
    },
  };
}

/** Bounds a pattern when it is first run: of a large rule set most never are. */
function boundedWhenUsed(pattern: RegExp): BoundedPattern {
  let bounded: BoundedPattern | undefined;
  return {
    exec: (value) => {
      bounded ??= boundedOrShort(pattern);
      return bounded.exec(value);
    },
  };
}

/** Bytes of a value for which no pattern takes long. */
const SHORT = 200;

/** A pattern that cannot be bounded is run on short values only. */
function boundedOrShort(pattern: RegExp): BoundedPattern {
  try {
    return boundedPattern(pattern);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {
      exec: (value) => {
        if (value.length > SHORT) throw new BudgetExceeded("time", SHORT);
        return pattern.exec(value);
      },
    };
  }
}

const translations = new Derivation<TranslatedPattern>("translations");

function translate(pattern: string, lines: boolean): TranslatedPattern {
  return translations.of(`${lines ? "lines" : "line"}/${pattern}`, () => translated(pattern, lines));
}

function translated(pattern: string, lines: boolean): TranslatedPattern {
  const ignoring = IGNORES_CASE.test(pattern) ? new PatternTranslator(pattern, lines, true).translate() : undefined;
  const translation = ignoring ?? new PatternTranslator(pattern, lines, false).translate();
  if (translation === undefined) throw new SyntaxError("the pattern has no equivalent");
  return translation;
}

const IGNORES_CASE = /\(\?\^?[a-zA-Z]*i/;
