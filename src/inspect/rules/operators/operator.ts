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
  /** The matched text, or undefined. */
  match(value: string): string | undefined;
}

/** Makes an operator from its argument. Throws `SyntaxError` for one that it cannot take. */
export type OperatorFactory = (argument: string) => Operator;

/** The need of an operator that can match anything. */
export const NO_NEED: Need = [{ classes: [], literals: [] }];
