import type { ErrorObject } from "ajv";
import type { DifferenceKind } from "../../core/difference.ts";

const BY_KEYWORD: Readonly<Partial<Record<string, DifferenceKind>>> = {
  additionalProperties: "unknown-member",
  unevaluatedProperties: "unknown-member",
  propertyNames: "unknown-member",
  type: "type",
  minimum: "range",
  maximum: "range",
  exclusiveMinimum: "range",
  exclusiveMaximum: "range",
  multipleOf: "range",
  minLength: "range",
  maxLength: "range",
  minItems: "range",
  maxItems: "range",
  items: "range",
  additionalItems: "range",
  unevaluatedItems: "range",
  minProperties: "range",
  maxProperties: "range",
  required: "missing",
  dependencies: "missing",
  dependentRequired: "missing",
  enum: "enum",
  const: "enum",
  format: "format",
  pattern: "format",
  oneOf: "alternative",
  anyOf: "alternative",
  not: "alternative",
  discriminator: "alternative",
  writeOnly: "write-only",
};

/** What kind of difference a failed keyword is. */
export function kindOf({ keyword }: ErrorObject): DifferenceKind {
  return BY_KEYWORD[keyword] ?? "other";
}
