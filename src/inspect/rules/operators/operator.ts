/**
 * Marks in a word of a need that no letter, digit or underscore stands on that side of it: no byte string holds it.
 * `\u0100or\u0100` is the word "or" and not the middle of "border".
 */
export const EDGE = "\u0100";

/** What shells and scripts ignore inside words. */
export const UNQUOTED = /["'\\^]+/g;

/** One way in which a value can match. */
export interface NeedBranch {
  /** For each mask, the value holds a character of one of its `CharClass` bits. */
  readonly classes: readonly number[];
  /** For each group, one of its words stands in the value: byte strings in lower case, compared without case, with `EDGE` marks. */
  readonly words: readonly (readonly string[])[];
  /** As `words`, in the value without its quotes and backslashes (`UNQUOTED`), which patterns allow between letters. */
  readonly unquotedWords?: readonly (readonly string[])[];
  /** The `CharClass` bits of which the first character, or the first after a line end, has one; undefined where it can be any. */
  readonly first?: number;
}

/** What a match needs of a value, so that a rule is skipped without being tried: one of the branches holds. */
export type Need = readonly NeedBranch[];

/** An operator with its argument: decides about one value. */
export interface Operator {
  readonly name: string;
  readonly argument: string;
  readonly need: Need;
  /** What a match needs of a value that holds only characters of these `CharClass` bits: more than of any value, where what is optional cannot be there. */
  readonly needAmong?: (classes: number) => Need;
  /** The matched text and, of a pattern, its groups: what `capture` puts into `TX:0` to `TX:9`. Undefined where it does not match. */
  match(value: string): Captures | undefined;
}

/** The matched text, then the groups of a pattern; a group that took no part is undefined. */
export type Captures = readonly [string, ...(string | undefined)[]];

/** Reads a data file that stands beside the rule file, such as `unix-shell.data`. */
export type ReadDataFile = (name: string) => string;

/**
 * Makes an operator from its argument, in which macros are expanded. Throws `SyntaxError` for an argument that it cannot take.
 * Values are byte strings: each character is one byte of the UTF-8 text, as rules written for ModSecurity expect.
 */
export type OperatorFactory = (argument: string, readDataFile: ReadDataFile) => Operator;

/** The need of an operator that can match anything. */
export const NO_NEED: Need = [{ classes: [], words: [] }];
