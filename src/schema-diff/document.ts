import { parseDocument } from "yaml";
import { checkAliases } from "../core/aliases.ts";
import { field, isRecord, members } from "../core/fields.ts";

/** A document that cannot be compared: says file and reason. */
export class SchemaDocumentError extends Error {}

/** What a document declares of one response. */
export interface DeclaredResponse {
  /** Method and path template, such as `GET /items/{id}`. */
  readonly route: string;
  /** `200`, `2XX`, `default`. */
  readonly status: string;
  /** Schemas by media type; undefined where the type is declared without one. */
  readonly content: ReadonlyMap<string, unknown>;
}

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/** An OpenAPI document (3.0, 3.1) or Swagger 2.0, as far as it is about responses. */
export class ApiDocument {
  readonly #root: unknown;
  readonly #file: string;

  /** Reads JSON or YAML. Throws `SchemaDocumentError` for what is no such document. */
  constructor(text: string, file: string) {
    this.#root = parsed(text, file);
    this.#file = file;
    const version = field(this.#root, "openapi") ?? field(this.#root, "swagger");
    if (typeof version !== "string" || !isRecord(field(this.#root, "paths")))
      throw new SchemaDocumentError(`${file}: expected an OpenAPI document, with openapi and paths`);
  }

  /** Whether `nullable` says that null is a value too (OpenAPI 3.0). */
  get hasNullable(): boolean {
    const version = field(this.#root, "openapi");
    return typeof version !== "string" || !version.startsWith("3.1");
  }

  /** Every declared response, by route and status; parameters of paths by their place and not by their name. */
  responses(): Map<string, DeclaredResponse> {
    const found = members(field(this.#root, "paths")).flatMap(([path, item]) =>
      members(this.resolve(item)).flatMap(([method, operation]) =>
        METHODS.has(method) ? this.#ofOperation(`${method.toUpperCase()} ${path}`, operation) : [],
      ),
    );
    return new Map(found.map((response) => [`${routeShape(response.route)} ${response.status}`, response]));
  }

  #ofOperation(route: string, operation: unknown): DeclaredResponse[] {
    return members(field(operation, "responses")).map(([status, given]) => {
      const response = this.resolve(given);
      const swagger = field(response, "schema");
      const content = members(field(response, "content")).map(([type, media]): [string, unknown] => [
        type,
        field(media, "schema"),
      ]);
      return {
        route,
        status: status.toUpperCase(),
        content: new Map(swagger === undefined ? content : [["any content", swagger]]),
      };
    });
  }

  /** What a reference inside the document leads to, or the value itself. Throws `SchemaDocumentError` for one that leads nowhere, or elsewhere. */
  resolve(value: unknown, depth = 0): unknown {
    const reference = field(value, "$ref");
    if (typeof reference !== "string") return value;
    if (!reference.startsWith("#")) throw this.#error(reference, "leads out of the document; bundle it first");
    if (depth > 50) throw this.#error(reference, "leads to itself");
    const target = reference
      .slice(1)
      .split("/")
      .slice(1)
      .reduce<unknown>((at, step) => (Array.isArray(at) ? at[Number(step)] : field(at, unescaped(step))), this.#root);
    if (target === undefined) throw this.#error(reference, "leads nowhere");
    return this.resolve(target, depth + 1);
  }

  #error(reference: string, reason: string): SchemaDocumentError {
    return new SchemaDocumentError(`${this.#file}: the reference ${reference} ${reason}`);
  }
}

/** Documents of many megabytes are JSON, which takes a tenth of the time as what it is. */
function parsed(text: string, file: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error !== undefined) throw new SchemaDocumentError(`${file}: ${error.message.split("\n")[0] ?? ""}`);
    try {
      const yaml: unknown = document.toJS();
      checkAliases(yaml);
      return yaml;
    } catch (reason) {
      throw new SchemaDocumentError(`${file}: ${reason instanceof Error ? reason.message : String(reason)}`);
    }
  }
}

/** A route without the names of its parameters, which change nothing. */
export function routeShape(route: string): string {
  return route.replaceAll(/\{[^}]*\}/g, "{}");
}

/** A step of a JSON Pointer as a URI fragment has it (RFC 6901, section 6). */
function unescaped(step: string): string {
  const decoded = /%(?![0-9a-f]{2})/i.test(step) ? step : decodeURIComponent(step);
  return decoded.replaceAll("~1", "/").replaceAll("~0", "~");
}
