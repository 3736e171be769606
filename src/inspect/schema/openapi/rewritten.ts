/** A schema of JSON Schema 2020-12 while it is made. */
export type JsonSchema = Record<string, unknown>;

/** Keywords that say something of a value of any type. */
const OF_ANY_TYPE = ["allOf", "anyOf", "oneOf", "not", "if", "$ref"];
/** Keywords that can declare members. */
const DECLARING = ["properties", "patternProperties", "allOf", "anyOf", "oneOf", "if", "dependentSchemas"];

/** Bounds that are exclusive by a flag, as before 3.1, become bounds of their own. */
export function booleanBounds(source: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { exclusiveMinimum, exclusiveMaximum } = source;
  if (typeof exclusiveMinimum !== "boolean" && typeof exclusiveMaximum !== "boolean") return source;
  const { exclusiveMinimum: _low, exclusiveMaximum: _high, minimum, maximum, ...rest } = source;
  return { ...rest, ...bound("Minimum", minimum, exclusiveMinimum), ...bound("Maximum", maximum, exclusiveMaximum) };
}

function bound(name: "Minimum" | "Maximum", value: unknown, exclusive: unknown): Readonly<Record<string, unknown>> {
  if (exclusive !== undefined && typeof exclusive !== "boolean")
    return { [`exclusive${name}`]: exclusive, ...(value === undefined ? {} : { [name.toLowerCase()]: value }) };
  if (value === undefined) return {};
  return exclusive === true ? { [`exclusive${name}`]: value } : { [name.toLowerCase()]: value };
}

/** Whether a schema lets null through as it was written before 3.1. */
export function isNullable(source: Readonly<Record<string, unknown>>): boolean {
  return source["nullable"] === true || source["x-nullable"] === true;
}

/** The same schema that lets null through, whatever else it says: vendors write `nullable` beside more than a type. */
export function nullableSchema(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema;
  if (OF_ANY_TYPE.some((keyword) => keyword in schema) || "const" in schema)
    return { if: { type: "null" }, else: schema };
  return {
    ...schema,
    ...(type === undefined ? {} : { type: withNull(Array.isArray(type) ? type : [type], "null") }),
    ...(Array.isArray(values) ? { enum: withNull(values, null) } : {}),
  };
}

function withNull(values: readonly unknown[], nothing: unknown): readonly unknown[] {
  return values.includes(nothing) ? values : [...values, nothing];
}

/**
 * Whether a schema declares all members that there are, so that any other is unknown: not one of free members, nor one
 * whose `discriminator` says that a value is of one of those that extend it.
 */
export function isClosable(made: JsonSchema, source: Readonly<Record<string, unknown>>): boolean {
  if ("additionalProperties" in source || "unevaluatedProperties" in source) return false;
  if ("discriminator" in source && !("oneOf" in source) && !("anyOf" in source)) return false;
  return DECLARING.some((keyword) => keyword in made);
}

/** Whether a schema means objects and says nothing of their members. */
export function isFree({ type, ...made }: JsonSchema): boolean {
  const describing = [...DECLARING, "required", "additionalProperties", "unevaluatedProperties"];
  return type === "object" && !describing.some((keyword) => keyword in made);
}
