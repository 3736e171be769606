import { recordFormatOf } from "../../../core/records.ts";
import type { SchemaProblem } from "../schema-error.ts";
import type { Dialect } from "./converter.ts";
import { below, type Documents, type Place } from "./documents.ts";
import type { Content, Header, Operation, ResponseDeclaration } from "./operation.ts";
import { parseMediaType } from "./media-type.ts";
import { PlaceReader } from "./place-reader.ts";
import { serverBase } from "./servers.ts";

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]);

/** Reads the operations of a document. What is wrong with it goes to `problem`. */
export class OperationReader {
  readonly #reader: PlaceReader;
  readonly #dialect: Dialect;

  constructor(documents: Documents, dialect: Dialect, problem: (problem: SchemaProblem) => void) {
    this.#reader = new PlaceReader(documents, problem);
    this.#dialect = dialect;
  }

  *read(root: Place): Generator<Operation> {
    const paths = below(root, "paths");
    for (const [path, at] of this.#reader.entries(paths, "paths are given by their templates")) {
      if (path.startsWith("x-")) continue;
      if (!path.startsWith("/")) this.#reader.say(at, `${path} is no path: it begins with a slash`, "it is left out");
      else yield* this.#pathItem(path, at, root);
    }
  }

  *#pathItem(path: string, at: Place, root: Place): Generator<Operation> {
    const item = this.#reader.resolved(at);
    const listed = this.#reader.entries(item, "a path has operations by method").filter(([name]) => METHODS.has(name));
    const others = this.#reader.entries(item && below(item, "additionalOperations"), "operations are given by method");
    for (const [name, operation] of [...listed, ...others]) {
      const responses = new Map<string, ResponseDeclaration>();
      const declared = below(operation, "responses");
      if (declared === undefined)
        this.#reader.say(operation, "there are no responses", "nothing of this operation is checked");
      for (const [status, response] of this.#reader.entries(declared, "responses are given by status")) {
        if (status.startsWith("x-")) continue;
        if (!/^(?:[1-5]\d\d|[1-5]XX|default)$/i.test(status))
          this.#reader.say(response, `${status} is no status: expected 200, 2XX or default`, "it is left out");
        else responses.set(status.toUpperCase(), this.#response(this.#reader.resolved(response), operation, root));
      }
      const bases = this.#bases(operation) ?? (item && this.#bases(item)) ?? this.#bases(root) ?? [""];
      // What follows a question mark or number sign is no part of a path, though vendors tell operations apart by it.
      const bare = path.replace(/[?#].*$/, "");
      const spanning = [...this.#spanning(item), ...this.#spanning(operation)];
      const template = spanning.reduce((made, parameter) => made.replace(`{${parameter}}`, `{+${parameter}}`), bare);
      yield { method: name.toUpperCase(), path: bare, template, bases, place: operation, responses };
    }
  }

  /** Names of parameters that may span segments: as OpenAPI 3.2 says it, and as GitHub does. */
  #spanning(at: Place | undefined): string[] {
    const parameters = at && below(at, "parameters");
    if (parameters === undefined || !Array.isArray(parameters.value)) return [];
    return parameters.value.flatMap((_, index): string[] => {
      const listed = below(parameters, index);
      const parameter = listed && this.#reader.resolved(listed);
      if (parameter === undefined || below(parameter, "in")?.value !== "path") return [];
      const name = below(parameter, "name")?.value;
      const spans = ["allowReserved", "x-multi-segment"].some((flag) => below(parameter, flag)?.value === true);
      return spans && typeof name === "string" ? [name] : [];
    });
  }

  #response(response: Place | undefined, operation: Place, root: Place): ResponseDeclaration {
    const place = response ?? operation;
    if (response === undefined || !this.#reader.isObject(response, "a response"))
      return { place, contents: [], headers: [] };
    const headers = this.#reader
      .entries(below(response, "headers"), "headers are given by name")
      .flatMap(([name, at]): Header[] => {
        const header = this.#reader.resolved(at);
        if (header === undefined) return [];
        const schema = this.#dialect === "2.0" ? header : below(header, "schema");
        return [
          { name: name.toLowerCase(), required: below(header, "required")?.value === true, place: header, schema },
        ];
      });
    if (this.#dialect === "2.0") return { place, headers, contents: this.#produced(response, operation, root) };
    const contents = this.#reader
      .entries(below(response, "content"), "content is given by media type")
      .map(([name, at]) => this.#content(name, this.#reader.resolved(at)));
    return { place, headers, contents };
  }

  #content(type: string, media: Place | undefined): Content {
    const mediaType = parseMediaType(type);
    if (media === undefined || !this.#reader.isObject(media, "content of a media type"))
      return { ...mediaType, schema: undefined };
    const schema = below(media, "schema");
    const format = recordFormatOf(mediaType.name);
    if (format === undefined) return { ...mediaType, schema };
    const item = below(media, "itemSchema");
    if (item !== undefined) return { ...mediaType, schema, record: { schema: item, isEvent: format === "sse" } };
    const record = schema && this.#recordOf(schema);
    return { ...mediaType, schema, record: record && { schema: record, isEvent: false } };
  }

  /** What one record has to look like where the schema is of the whole: its items, or, as before 3.2 was written, itself. */
  #recordOf(schema: Place): Place | undefined {
    const place = this.#reader.resolved(schema);
    const type = place && below(place, "type")?.value;
    if (place === undefined || type === "string") return undefined;
    return type === "array" ? below(place, "items") : place;
  }

  /** Swagger 2.0: one schema, and the media types of the operation or the document. */
  #produced(response: Place, operation: Place, root: Place): readonly Content[] {
    const schema = below(response, "schema");
    if (schema === undefined) return [];
    const isFile = below(schema, "type")?.value === "file";
    const produces: unknown = (below(operation, "produces") ?? below(root, "produces"))?.value ?? ["application/json"];
    const types = Array.isArray(produces) ? produces.filter((type) => typeof type === "string") : [];
    return types.map((type) => ({ ...parseMediaType(type), schema: isFile ? undefined : schema }));
  }

  /** Base paths of the servers that are named here; undefined where none is. */
  #bases(at: Place): readonly string[] | undefined {
    const basePath = below(at, "basePath")?.value;
    if (this.#dialect === "2.0") return typeof basePath === "string" ? [basePath.replace(/\/$/, "")] : undefined;
    const servers = below(at, "servers");
    if (servers === undefined || !Array.isArray(servers.value) || servers.value.length === 0) return undefined;
    return [...new Set(servers.value.flatMap((_, index) => serverBase(below(servers, index)) ?? []))];
  }
}
