import type { DifferenceKind } from "../../core/difference.ts";
import type { Detection } from "../../core/finding.ts";
import type { Part } from "../../core/part.ts";

/** A difference of a part as a whole that only a block helps against; `schema` is the place in the schemas. */
export function differenceOf(
  part: Part,
  kind: DifferenceKind,
  message: string,
  evidence: string,
  schema: string,
): Detection {
  return {
    stage: "schema",
    category: "schema",
    rule: `lazaret/schema/${kind}`,
    severity: "medium",
    message,
    part,
    evidence,
    remedy: { kind: "none" },
    difference: { kind, schema },
  };
}
