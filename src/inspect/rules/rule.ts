import type { Category, Severity } from "../../core/category.ts";
import type { Operator } from "./operators/operator.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** What a rule looks at: values, keys, or header fields of the response. */
export type Target = "values" | "keys" | "headers";

/** One condition: the first of a rule, or a link of its chain. */
export interface Condition {
  readonly targets: ReadonlySet<Target>;
  readonly transformations: readonly Transformation[];
  readonly operator: Operator;
  readonly negated: boolean;
}

/** A rule as it is evaluated. */
export interface Rule {
  /** As findings show it. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly category: Category;
  readonly severity: Severity;
  /** Anomaly score of a match. */
  readonly score: number;
  /** Paranoia level from which it is active, 1 to 4. */
  readonly paranoia: number;
  readonly tags: readonly string[];
  /** All must hold for the same leaf. */
  readonly conditions: readonly [Condition, ...Condition[]];
}
