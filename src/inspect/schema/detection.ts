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

/** The difference of content that is no such thing as its schema describes: `JSON`, `events`. */
export function otherFormat(body: Part, described: string, schema: string): Detection {
  const message = `the schema of this route describes ${described}, and the content is not`;
  const difference = differenceOf(body, "media-type", message, body.mediaType, schema);
  return { ...difference, rule: "lazaret/schema/format", severity: "high" };
}
