import { field, isRecord, members } from "../core/fields.ts";
import type { ApiDocument } from "./document.ts";

/** A schema with its references followed and `allOf` put together: what two schemas are compared by. */
export interface SchemaShape {
  /** JSON types; undefined where any will do. `number` has `integer` with it. */
  readonly types: ReadonlySet<string> | undefined;
  readonly enum: readonly unknown[] | undefined;
  readonly required: ReadonlySet<string>;
  readonly properties: ReadonlyMap<string, unknown>;
  /** Schema of other members: `false` where there are none. */
  readonly additional: unknown;
  readonly items: unknown;
  readonly alternatives: readonly unknown[];
  /** Keywords that hold for values and are compared as they are: bounds, formats, patterns, and what cannot be judged. */
  readonly keywords: ReadonlyMap<string, unknown>;
}

/** Keywords that say nothing of what values there may be, or that have a place of their own in the shape. */
const NOT_COMPARED = new Set(
  [
    "$ref $schema $id $comment $anchor $defs definitions title description summary default example examples deprecated",
    "readOnly writeOnly externalDocs xml discriminator nullable type enum const required properties additionalProperties",
    "items allOf anyOf oneOf contentMediaType contentEncoding contentSchema",
  ]
    .join(" ")
    .split(" "),
);
const ALL_TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"];

/** The shape of a schema in its document. `true` and what is missing allow anything, `false` nothing. */
export function shapeOf(schema: unknown, document: ApiDocument): SchemaShape {
  return merged(schema, document, new Set());
}

/** `seen` are the references on the way here: what refers to itself by `allOf` says nothing more. */
function merged(given: unknown, document: ApiDocument, seen: ReadonlySet<unknown>): SchemaShape {
  const schema = document.resolve(given);
  const own = ownShape(schema, document);
  const others = field(schema, "allOf");
  if (!Array.isArray(others) || seen.has(schema)) return own;
  return others.map((one) => merged(one, document, new Set([...seen, schema]))).reduce(both, own);
}

function ownShape(schema: unknown, document: ApiDocument): SchemaShape {
  const required = field(schema, "required");
  const alternatives = field(schema, "oneOf") ?? field(schema, "anyOf");
  const additional = field(schema, "additionalProperties");
  return {
    types: schema === false ? new Set() : typesOf(schema, document),
    enum: enumOf(schema, document),
    required: new Set(Array.isArray(required) ? required.map(String) : []),
    properties: new Map(members(field(schema, "properties"))),
    additional,
    items: field(schema, "items"),
    alternatives: Array.isArray(alternatives) ? alternatives : [],
    keywords: new Map(members(schema).filter(([name]) => !NOT_COMPARED.has(name) && !name.startsWith("x-"))),
  };
}

function isNullable(schema: unknown, document: ApiDocument): boolean {
  return document.hasNullable && (field(schema, "nullable") === true || field(schema, "x-nullable") === true);
}

function typesOf(schema: unknown, document: ApiDocument): ReadonlySet<string> | undefined {
  const type = field(schema, "type");
  if (type === undefined) return undefined;
  const types = new Set((Array.isArray(type) ? type : [type]).map(String));
  if (isNullable(schema, document)) types.add("null");
  if (types.has("number")) types.add("integer");
  return types;
}

function enumOf(schema: unknown, document: ApiDocument): readonly unknown[] | undefined {
  const values = field(schema, "enum");
  const constant = field(schema, "const");
  if (!Array.isArray(values)) return constant === undefined ? undefined : [constant];
  return isNullable(schema, document) && !values.includes(null) ? [...values, null] : values;
}

/** What holds where both hold; of two closed sets of members the union, as `allOf` is meant in descriptions of APIs. */
function both(a: SchemaShape, b: SchemaShape): SchemaShape {
  const types = a.types === undefined || b.types === undefined ? (a.types ?? b.types) : a.types.intersection(b.types);
  return {
    types,
    enum:
      a.enum === undefined || b.enum === undefined
        ? (a.enum ?? b.enum)
        : a.enum.filter((value) => includes(b.enum ?? [], value)),
    required: a.required.union(b.required),
    properties: new Map([...a.properties, ...b.properties]),
    additional: a.additional ?? b.additional,
    items: a.items ?? b.items,
    alternatives: [...a.alternatives, ...b.alternatives],
    keywords: new Map([...a.keywords, ...b.keywords]),
  };
}

/** Whether a list has a JSON value. */
export function includes(values: readonly unknown[], value: unknown): boolean {
  return values.some((one) => canonical(one) === canonical(value));
}

/** JSON text in which the order of members does not count. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    isRecord(one) ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}

/** The types that a shape lets through. */
export function allowedTypes({ types }: SchemaShape): ReadonlySet<string> {
  return types ?? new Set(ALL_TYPES);
}
