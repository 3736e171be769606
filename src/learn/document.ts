import { Document, isMap, isScalar, parseDocument, visit } from "yaml";
import { confidence } from "./confidence.ts";
import { field, members } from "../core/fields.ts";
import { schemaOf } from "./json-schema.ts";
import type { LearnedApi, LearnedResponse, LearnedRoute } from "./learned-api.ts";
import { shapeOfSchema } from "./seen.ts";
import type { Shape } from "./shape.ts";

/** A document that cannot be learned on. */
export class LearnedDocumentError extends Error {}

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/** What was learned, as an OpenAPI 3.1 document in YAML, with counts and confidence as comments. */
export function writeDocument(api: LearnedApi): string {
  const document = new Document(openApiOf(api), { aliasDuplicateObjects: false });
  document.commentBefore = [
    ` What the responses of ${api.vendor} look like, as lazaret learn saw them: counted in ${api.exchanges} exchanges, ${api.setAside} set aside.`,
    " x-lazaret-seen is what later learning goes on counting from; whoever edits a schema by hand leaves it as it is.",
  ].join("\n");
  visit(document, {
    Pair(_, { key, value }) {
      if (!isMap(value) || !isScalar(key)) return;
      if (key.value === "x-lazaret-seen") value.flow = true;
      const seen = value.get("x-lazaret-seen");
      if (isMap(seen)) value.commentBefore = ` ${confidence(Number(seen.get("in")), Number(seen.get("count")))}`;
    },
  });
  return document.toString({ lineWidth: 0 });
}

function openApiOf({ vendor, exchanges, setAside, recorded, routes }: LearnedApi): object {
  const paths = Map.groupBy(routes, ({ path }) => path);
  return {
    openapi: "3.1.0",
    info: { title: `${vendor}, learned from its responses`, version: "1" },
    "x-lazaret-learned": { vendor, exchanges, setAside, ...(recorded !== undefined && { recorded }) },
    paths: Object.fromEntries([...paths].map(([path, ofPath]) => [path, pathItem(path, ofPath)])),
  };
}

function pathItem(path: string, routes: readonly LearnedRoute[]): object {
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  const parameters = names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const operations = routes.map(({ method, responses }) => [
    method.toLowerCase(),
    { responses: Object.fromEntries([...responses].map(([status, response]) => [status, responseObject(response)])) },
  ]);
  return { ...(parameters.length === 0 ? {} : { parameters }), ...Object.fromEntries(operations) };
}

function responseObject({ count, content }: LearnedResponse): object {
  const media = [...content].map(([type, shape]) => [type, shape === undefined ? {} : { schema: schemaOf(shape, "") }]);
  return {
    description: `seen ${count} time${count === 1 ? "" : "s"}`,
    "x-lazaret-count": count,
    ...(media.length === 0 ? {} : { content: Object.fromEntries(media) }),
  };
}

/** Reads back what `writeDocument` wrote. Throws `LearnedDocumentError` where it is not such a document. */
export function readDocument(text: string, file: string): LearnedApi {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new LearnedDocumentError(`${file}: ${error.message.split("\n")[0] ?? ""}`);
  const value: unknown = document.toJS();
  const learned = field(value, "x-lazaret-learned");
  const [vendor, exchanges, setAside] = ["vendor", "exchanges", "setAside"].map((name) => field(learned, name));
  if (typeof vendor !== "string" || typeof exchanges !== "number" || typeof setAside !== "number")
    throw new LearnedDocumentError(
      `${file}: was not written by lazaret learn (x-lazaret-learned is missing); name another --output`,
    );
  const recorded = field(learned, "recorded");
  return {
    vendor,
    exchanges,
    setAside,
    recorded: typeof recorded === "string" ? recorded : undefined,
    routes: members(field(value, "paths")).flatMap(([path, item]) => routesOf(path, item, file)),
  };
}

function routesOf(path: string, item: unknown, file: string): LearnedRoute[] {
  return members(item)
    .filter(([method]) => METHODS.has(method))
    .map(([method, operation]) => {
      const responses = members(field(operation, "responses")).map(([status, response]): [string, LearnedResponse] => [
        status,
        responseOf(response, `${file}: ${method} ${path} ${status}`),
      ]);
      return { method: method.toUpperCase(), path, responses: new Map(responses) };
    });
}

function responseOf(response: unknown, place: string): LearnedResponse {
  const count = field(response, "x-lazaret-count");
  if (typeof count !== "number") throw new LearnedDocumentError(`${place}: x-lazaret-count is missing`);
  const media = members(field(response, "content")).map(([type, one]): [string, Shape | undefined] => {
    const schema = field(one, "schema");
    try {
      return [type, schema === undefined ? undefined : shapeOfSchema(schema)];
    } catch (error) {
      if (error instanceof TypeError) throw new LearnedDocumentError(`${place} ${type}: ${error.message}`);
      throw error;
    }
  });
  return { count, content: new Map(media) };
}
