/** An operator with its argument: decides about one value. */
export interface Operator {
  readonly name: string;
  readonly argument: string;
  /**
   * A pattern of which every value that the operator matches holds a match, so that rules are not tried in vain. Its flags
   * are `i`, `s` and `m`; undefined where the operator can match anything.
   */
  readonly need: RegExp | undefined;
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

/** The need of an operator that matches nothing. */
export const NEVER = /(?!)/;
