/** What a match needs of a value, so that a rule is skipped without being tried. */
export interface Need {
  /** For each mask, the value must hold a character of one of its classes. */
  readonly classes: readonly number[];
  /** One of these, in lower case, must stand in the value, compared without case; empty for no such need. */
  readonly literals: readonly string[];
}

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
export const NO_NEED: Need = { classes: [], literals: [] };
