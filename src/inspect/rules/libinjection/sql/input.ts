/** A text while it is read as SQL, with what was counted on the way. */
export interface SqlInput {
  readonly text: string;
  /** Read as MySQL does: `#` begins a comment, and `--` only before white space. */
  readonly mysql: boolean;
  /** The quote that is taken to stand before the text, or 0. */
  readonly quote: number;
  at: number;
  tokens: number;
  /** `--` comments without white space after the dashes, which MySQL reads otherwise. */
  tightDashes: number;
  hashes: number;
}

/** A text at its beginning. */
export function sqlInput(text: string, quote: number, mysql: boolean): SqlInput {
  return { text, mysql, quote, at: 0, tokens: 0, tightDashes: 0, hashes: 0 };
}
