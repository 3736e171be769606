import {
  buildClientSchema,
  buildSchema,
  GraphQLError,
  type GraphQLSchema,
  type IntrospectionQuery,
  validateSchema,
} from "graphql";
import type { ContentCheck } from "../declaration.ts";
import { jsonCheck } from "../json-check.ts";
import { Documents, placeName } from "../openapi/documents.ts";
import { Validators } from "../openapi/validators.ts";
import { SchemaError } from "../schema-error.ts";
import { responseSchema } from "./response-schema.ts";

/**
 * How responses of a GraphQL service are checked. `source` is its schema in the schema definition language, or the result of
 * the introspection query. Throws `SchemaError` with file and line of every error.
 */
export function graphqlCheck(file: string, source: string): ContentCheck {
  const documents = new Documents("", {}, new Map([[file, responseSchema(readSchema(file, source))]]));
  const root = documents.root(file);
  const validators = new Validators({ documents, dialect: "3.1", cuts: new Set() });
  return jsonCheck({
    place: placeName(root),
    errorsOf: (value, settings) => validators.errorsOf(root, value, settings),
    placeOf: (error) => validators.placeOf(error),
  });
}

function readSchema(file: string, source: string): GraphQLSchema {
  try {
    const schema = /^\s*\{/.test(source) ? buildClientSchema(introspectionOf(source)) : buildSchema(source);
    const errors = validateSchema(schema);
    if (errors.length > 0) throw SchemaError.ofLines(errors.map((error) => errorLine(file, error)));
    return schema;
  } catch (error) {
    if (error instanceof SchemaError) throw error;
    if (error instanceof GraphQLError) throw SchemaError.ofLines([errorLine(file, error)]);
    throw new SchemaError(file, undefined, error instanceof Error ? error.message : String(error));
  }
}

/** With or without the response around it; `graphql` says what is wrong with one that is none. */
function introspectionOf(source: string): IntrospectionQuery {
  const parsed: { data?: IntrospectionQuery } & IntrospectionQuery = JSON.parse(source);
  return parsed.data ?? parsed;
}

function errorLine(file: string, { message, locations }: GraphQLError): string {
  const [location] = locations ?? [];
  return `${file}${location === undefined ? "" : `:${location.line}`}: ${message}`;
}
