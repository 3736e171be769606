/** One way in which a value can match. */
export interface NeedBranch {
  /** For each mask, the value holds a character of one of its `CharClass` bits. */
  readonly classes: readonly number[];
  /** One of these, in lower case, stands in the value, compared without case; empty where none has to. */
  readonly literals: readonly string[];
}

/** What a match needs of a value, so that a rule is skipped without being tried: one of the branches holds. */
export type Need = readonly NeedBranch[];

/** An operator with its argument: decides about one value. */
export interface Operator {
  readonly name: string;
  readonly argument: string;
  readonly need: Need;
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
export const NO_NEED: Need = [{ classes: [], literals: [] }];
