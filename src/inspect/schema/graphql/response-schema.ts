import {
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from "graphql";
import type { JsonSchema } from "../openapi/rewritten.ts";

/** The scalars of the specification, as JSON carries them (GraphQL, October 2021, section 3.5). */
const SCALARS: Readonly<Partial<Record<string, JsonSchema>>> = {
  Int: { type: "integer", minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  Float: { type: "number" },
  String: { type: "string" },
  Boolean: { type: "boolean" },
  ID: { type: "string" },
};

/** An error of a response (section 7.1.2). */
const ERROR: JsonSchema = {
  type: "object",
  required: ["message"],
  properties: {
    message: { type: "string" },
    locations: {
      type: "array",
      items: {
        type: "object",
        required: ["line", "column"],
        properties: { line: { type: "integer", minimum: 1 }, column: { type: "integer", minimum: 1 } },
      },
    },
    path: { type: "array", items: { type: ["string", "integer"] } },
    extensions: { type: "object", additionalProperties: true },
  },
};

/**
 * JSON Schema of all responses that a GraphQL service can give. The query is not known where a response is checked: each
 * field that has a name of the schema has to be of the type that the schema gives it, and which are there is left open.
 */
export function responseSchema(schema: GraphQLSchema): JsonSchema {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
    (type) => type ?? [],
  );
  const types = Object.values(schema.getTypeMap());
  return {
    type: "object",
    anyOf: [{ required: ["data"] }, { required: ["errors"] }],
    properties: {
      data: { type: ["object", "null"], properties: merged(roots.map(fieldsOf)) },
      errors: { type: "array", minItems: 1, items: { $ref: "#/$defs/errors/Error" } },
      extensions: { type: ["object", "null"], additionalProperties: true },
    },
    $defs: {
      errors: { Error: ERROR },
      types: Object.fromEntries(types.map((type) => [type.name, namedSchema(type, schema)])),
    },
  };
}

function namedSchema(type: GraphQLNamedType, schema: GraphQLSchema): JsonSchema {
  if (isScalarType(type)) return SCALARS[type.name] ?? specified(type);
  if (isEnumType(type)) return { enum: type.getValues().map(({ name }) => name) };
  if (isObjectType(type))
    return { type: "object", properties: { __typename: { const: type.name }, ...fieldsOf(type) } };
  if (!isAbstractType(type)) return {};
  const possible = schema.getPossibleTypes(type).map(({ name }) => name);
  return {
    type: "object",
    properties: { __typename: { enum: possible }, ...(isInterfaceType(type) ? fieldsOf(type) : {}) },
    // Which type it is, only this member tells.
    if: { required: ["__typename"] },
    then: {
      allOf: possible.map((name) => ({
        if: { required: ["__typename"], properties: { __typename: { const: name } } },
        then: { $ref: reference(name) },
      })),
    },
    else: { additionalProperties: true },
  };
}

/** A scalar of the service's own, as far as it says by which standard (section 3.5.5) it is written. */
function specified({ specifiedByURL }: GraphQLScalarType): JsonSchema {
  const url = specifiedByURL ?? "";
  if (/rfc-?(?:4122|9562)/i.test(url)) return { type: "string", format: "uuid" };
  return /rfc-?3339/i.test(url) ? { type: "string", format: "date-time" } : {};
}

function fieldsOf(type: GraphQLNamedType): Record<string, JsonSchema> {
  if (!isObjectType(type) && !isInterfaceType(type)) return {};
  return Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, valueSchema(field.type)]));
}

function valueSchema(type: GraphQLOutputType): JsonSchema {
  if (isNonNullType(type)) return presentSchema(type.ofType);
  return { ...presentSchema(type), nullable: true };
}

function presentSchema(type: GraphQLOutputType): JsonSchema {
  if (isListType(type)) return { type: "array", items: valueSchema(type.ofType) };
  return isNonNullType(type) ? presentSchema(type.ofType) : { $ref: reference(type.name) };
}

function reference(type: string): string {
  return `#/$defs/types/${type}`;
}

/** Fields of several types side by side: of a name that more than one has, either type will do. */
function merged(all: readonly Readonly<Record<string, JsonSchema>>[]): Record<string, JsonSchema> {
  const fields = new Map<string, JsonSchema[]>();
  for (const one of all)
    for (const [name, schema] of Object.entries(one)) fields.set(name, [...(fields.get(name) ?? []), schema]);
  return Object.fromEntries(
    Array.from(fields, ([name, [first = {}, ...others]]) => [
      name,
      others.length === 0 ? first : { anyOf: [first, ...others] },
    ]),
  );
}
