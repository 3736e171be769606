import type { AST } from "@eslint-community/regexpp";
import { Automaton, type LookBits } from "./automaton.ts";
import { BacktrackingMatcher, type Spans } from "./backtracking.ts";
import { PatternCompiler } from "./compile-program.ts";
import type { Program } from "./program.ts";
import { StepCounter } from "./step-counter.ts";
import { syntaxTree } from "./syntax.ts";

/** Steps allowed to a pattern with back-references: for each byte of the value, and at least. */
const STEPS_PER_BYTE = 50;
const STEPS_AT_LEAST = 2_000_000;

/** A pattern compiled for values of any length. */
export class LinearPattern {
  readonly #pattern: RegExp;
  readonly #program: Program;
  #forward: Automaton | undefined;
  #tracing: Tracing | undefined;

  /** Throws `SyntaxError` for a pattern that cannot be bounded. */
  constructor(pattern: RegExp, tree: AST.Pattern = syntaxTree(pattern)) {
    this.#pattern = pattern;
    this.#program = new PatternCompiler(pattern, tree).deciding(false);
  }

  /** The matched text and the groups. Throws `BudgetExceeded`. */
  exec(value: string): (string | undefined)[] | null {
    this.#forward ??= new Automaton(this.#program);
    // Most values end here: there is no match even if every look-around held.
    if (this.#forward.first(value) < 0) return null;
    this.#tracing ??= trace(this.#pattern);
    const { exact, looks: scans } = this.#tracing;
    const looks = lookBits(scans, value);
    if (looks !== undefined && this.#forward.first(value, looks) < 0) return null;
    const spans = this.#spans(this.#tracing, value, looks);
    if (spans === undefined) return null;
    return Array.from({ length: exact.groups }, (_, group) => textOf(value, spans, group));
  }

  #spans({ exact, backward, hasReferences }: Tracing, value: string, looks: LookBits | undefined): Spans | undefined {
    const steps = new StepCounter(hasReferences ? STEPS_AT_LEAST + STEPS_PER_BYTE * value.length : Infinity);
    const matcher = new BacktrackingMatcher({ program: exact, value, looks, steps });
    if (!hasReferences) return matcher.matchAt(backward.last(value, looks));
    // A begin that the automaton allows need not be one: what a back-reference repeats is not known to it.
    const begins = new Uint32Array(value.length + 1);
    backward.mark(value, looks, begins, 1);
    for (let begin = begins.indexOf(1); begin >= 0; begin = begins.indexOf(1, begin + 1)) {
      const spans = matcher.matchAt(begin);
      if (spans !== undefined) return spans;
    }
    return undefined;
  }
}

/** What is needed where there is a match. */
interface Tracing {
  readonly backward: Automaton;
  readonly exact: Program;
  readonly looks: readonly ScannedLook[];
  readonly hasReferences: boolean;
}

interface ScannedLook {
  readonly negate: boolean;
  readonly scan: Automaton | undefined;
}

/** Compiles anew: a syntax tree takes too much memory to keep it for what most patterns never come to. */
function trace(pattern: RegExp): Tracing {
  const compiler = new PatternCompiler(pattern, syntaxTree(pattern));
  // Looks are numbered as they come up, so the first program has to come first again.
  compiler.deciding(false);
  const backward = new Automaton(compiler.deciding(true));
  const exact = compiler.exact();
  const looks = compiler.looks.map(({ negate, scan }) => ({ negate, scan: scan && new Automaton(scan) }));
  return { backward, exact, looks, hasReferences: compiler.hasReferences };
}

/** Where each look holds. One that refers to groups counts as holding; it is decided when its place is known. */
function lookBits(looks: readonly ScannedLook[], value: string): LookBits | undefined {
  if (looks.length === 0) return undefined;
  const bits = new Uint32Array(value.length + 1);
  for (const [index, { negate, scan }] of looks.entries()) {
    const bit = 1 << index;
    scan?.mark(value, bits, bits, bit);
    if (scan === undefined) for (let at = 0; at < bits.length; at++) bits[at] = (bits[at] ?? 0) | bit;
    else if (negate) for (let at = 0; at < bits.length; at++) bits[at] = (bits[at] ?? 0) ^ bit;
  }
  return bits;
}

function textOf(value: string, spans: Spans, group: number): string | undefined {
  const begin = spans[2 * group] ?? -1;
  const end = spans[2 * group + 1] ?? -1;
  return begin < 0 || end < begin ? undefined : value.slice(begin, end);
}
