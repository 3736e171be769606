import type { Exchange } from "../../core/exchange.ts";
import type { Detection, Remedy } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";

/** One header field under inspection. */
export interface Field {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

export interface HeaderContext {
  readonly exchange: Exchange;
  readonly policy: Policy;
  /** The URL that relative references in the response resolve against, or undefined where the origin is not known. */
  readonly base: URL | undefined;
}

/** What a check saw in a field; the stage adds where. */
export type FieldDetection = Omit<Detection, "stage" | "part" | "leaf">;

/** Looks at one field. Pure. */
export type FieldCheck = (field: Field, context: HeaderContext) => FieldDetection | undefined;

export const REMOVE: Remedy = { kind: "remove" };
