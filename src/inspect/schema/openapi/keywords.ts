import { RE2JS } from "re2js";

/** How the value of a keyword is read: as schemas, or as a plain value that has to be of a kind. */
export type Keyword =
  | { readonly holds: "schema"; readonly inPlace?: true }
  | { readonly holds: "list"; readonly inPlace?: true }
  | { readonly holds: "map"; readonly inPlace?: true }
  | {
      readonly holds: "value";
      readonly expected: string;
      readonly isValid: (value: unknown) => boolean;
      /** What a value that is slightly wrong can only mean; undefined where that is not clear. */
      readonly repair?: (value: unknown) => unknown;
    }
  | { readonly holds: "nothing" };

const NUMBER: Keyword = {
  holds: "value",
  expected: "a number",
  isValid: (value) => typeof value === "number",
  repair: numberOf,
};
const COUNT: Keyword = {
  holds: "value",
  expected: "a whole number of at least 0",
  isValid: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  repair: (value) => {
    const count = numberOf(value);
    return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
  },
};
const BOOLEAN: Keyword = {
  holds: "value",
  expected: "true or false",
  isValid: (value) => typeof value === "boolean",
  repair: (value) => (value === "true" ? true : value === "false" ? false : undefined),
};
const NAMES: Keyword = { holds: "value", expected: "a list of names", isValid: isNames };
const NOTHING: Keyword = { holds: "nothing" };
const SCHEMA: Keyword = { holds: "schema" };
const MAP: Keyword = { holds: "map" };
const SAME: { readonly inPlace: true } = { inPlace: true };

/** The types of JSON Schema. */
export const TYPES: readonly string[] = ["string", "number", "integer", "boolean", "array", "object", "null"];
/** Types that vendors write and mean one of JSON Schema's by. */
const ALIASES: Readonly<Record<string, string>> = {
  int: "integer",
  int32: "integer",
  int64: "integer",
  long: "integer",
  float: "number",
  double: "number",
  decimal: "number",
  bool: "boolean",
  str: "string",
  text: "string",
  date: "string",
  datetime: "string",
  "date-time": "string",
  uuid: "string",
  file: "string",
  list: "array",
  map: "object",
  dict: "object",
};

/** The keywords of JSON Schema that OpenAPI 2.0, 3.0 or 3.1 know, without those that need more than a look. */
export const KEYWORDS: Readonly<Partial<Record<string, Keyword>>> = {
  type: { holds: "value", expected: `one of ${TYPES.join(", ")}`, isValid: isType, repair: repairedType },
  enum: {
    holds: "value",
    expected: "a list of values, not empty",
    isValid: (value) => Array.isArray(value) && value.length > 0,
  },
  const: { holds: "value", expected: "a value", isValid: () => true },
  format: { holds: "value", expected: "a name", isValid: (value) => typeof value === "string" },
  pattern: { holds: "value", expected: "a pattern that runs in linear time (RE2)", isValid: isPattern },
  multipleOf: { ...NUMBER, expected: "a number above 0", isValid: (value) => typeof value === "number" && value > 0 },
  minimum: NUMBER,
  maximum: NUMBER,
  exclusiveMinimum: NUMBER,
  exclusiveMaximum: NUMBER,
  minLength: COUNT,
  maxLength: COUNT,
  minItems: COUNT,
  maxItems: COUNT,
  minContains: COUNT,
  maxContains: COUNT,
  minProperties: COUNT,
  maxProperties: COUNT,
  uniqueItems: BOOLEAN,
  writeOnly: BOOLEAN,
  required: NAMES,
  dependentRequired: { holds: "value", expected: "lists of names", isValid: isDependencies },
  properties: MAP,
  patternProperties: MAP,
  dependentSchemas: { holds: "map", ...SAME },
  items: SCHEMA,
  additionalProperties: SCHEMA,
  unevaluatedItems: SCHEMA,
  unevaluatedProperties: SCHEMA,
  propertyNames: SCHEMA,
  contains: SCHEMA,
  prefixItems: { holds: "list" },
  not: { holds: "schema", ...SAME },
  if: { holds: "schema", ...SAME },
  then: { holds: "schema", ...SAME },
  else: { holds: "schema", ...SAME },
  allOf: { holds: "list", ...SAME },
  anyOf: { holds: "list", ...SAME },
  oneOf: { holds: "list", ...SAME },
  title: NOTHING,
  description: NOTHING,
  default: NOTHING,
  example: NOTHING,
  examples: NOTHING,
  deprecated: NOTHING,
  externalDocs: NOTHING,
  xml: NOTHING,
  readOnly: NOTHING,
  nullable: NOTHING,
  discriminator: NOTHING,
  definitions: NOTHING,
  $defs: NOTHING,
  collectionFormat: NOTHING,
  $comment: NOTHING,
  $schema: NOTHING,
  contentEncoding: NOTHING,
  contentMediaType: NOTHING,
  contentSchema: SCHEMA,
};

/** Keywords by which a schema gets another name or address: what refers to it by that would not find it. */
export const UNSUPPORTED = new Set([
  "$id",
  "id",
  "$anchor",
  "$dynamicRef",
  "$dynamicAnchor",
  "$recursiveRef",
  "$recursiveAnchor",
]);

/** Formats of values that ajv-formats checks; any other only describes. */
export const FORMATS = new Set([
  "date",
  "time",
  "date-time",
  "duration",
  "uri",
  "uri-reference",
  "uri-template",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uuid",
  "json-pointer",
  "relative-json-pointer",
  "byte",
  "int32",
  "int64",
  "float",
  "double",
]);

function numberOf(value: unknown): number | undefined {
  return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

function isDependencies(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).every(isNames);
}

function isType(value: unknown): boolean {
  const types: unknown[] = Array.isArray(value) ? value : [value];
  return types.length > 0 && types.every((type) => typeof type === "string" && TYPES.includes(type));
}

function repairedType(value: unknown): unknown {
  if (typeof value !== "string") return undefined;
  const lower = value.toLowerCase();
  return TYPES.includes(lower) ? lower : ALIASES[lower];
}

function isPattern(value: unknown): boolean {
  if (typeof value !== "string") return false;
  try {
    RE2JS.compile(RE2JS.translateRegExp(value));
    return true;
  } catch {
    return false;
  }
}
