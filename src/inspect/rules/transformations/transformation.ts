/** Changes a value, a byte string, before an operator sees it. */
export interface Transformation {
  readonly name: string;
  /** A value with none of these `CharClass` bits stays as it is; 0 where that cannot be told. */
  readonly triggers: number;
  apply(value: string): string;
}
