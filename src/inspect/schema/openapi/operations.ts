import type { SchemaProblem } from "../schema-error.ts";
import type { Dialect } from "./converter.ts";
import { below, type Documents, type Place } from "./documents.ts";
import { type MediaType, parseMediaType } from "./media-type.ts";

/** One media type of a response. */
export interface Content extends MediaType {
  readonly schema: Place | undefined;
}

export interface Header {
  /** Lower case. */
  readonly name: string;
  readonly required: boolean;
  readonly place: Place;
  readonly schema: Place | undefined;
}

export interface ResponseDeclaration {
  readonly place: Place;
  readonly contents: readonly Content[];
  readonly headers: readonly Header[];
}

/** A method and path with its responses by status: `200`, `2XX`, `DEFAULT`. */
export interface Operation {
  readonly method: string;
  /** As declared, without the server's base path. */
  readonly path: string;
  /** The path, with parameters that may span segments as `{+name}`. */
  readonly template: string;
  /** Base paths of its servers, without a slash at the end. */
  readonly bases: readonly string[];
  readonly place: Place;
  readonly responses: ReadonlyMap<string, ResponseDeclaration>;
}

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]);
/** References that lead to references. */
const HOPS = 20;

/** Reads the operations of a document. What is wrong with it goes to `problem`. */
export class OperationReader {
  readonly #documents: Documents;
  readonly #dialect: Dialect;
  readonly #problem: (problem: SchemaProblem) => void;

  constructor(documents: Documents, dialect: Dialect, problem: (problem: SchemaProblem) => void) {
    this.#documents = documents;
    this.#dialect = dialect;
    this.#problem = problem;
  }

  *read(root: Place): Generator<Operation> {
    const paths = below(root, "paths");
    for (const [path, at] of this.#entries(paths, "paths are given by their templates")) {
      if (path.startsWith("x-")) continue;
      if (!path.startsWith("/")) this.#say(at, `${path} is no path: it begins with a slash`, "it is left out");
      else yield* this.#pathItem(path, at, root);
    }
  }

  *#pathItem(path: string, at: Place, root: Place): Generator<Operation> {
    const item = this.#resolved(at);
    const listed = this.#entries(item, "a path has operations by method").filter(([name]) => METHODS.has(name));
    const others = this.#entries(item && below(item, "additionalOperations"), "operations are given by method");
    for (const [name, operation] of [...listed, ...others]) {
      const responses = new Map<string, ResponseDeclaration>();
      const declared = below(operation, "responses");
      if (declared === undefined)
        this.#say(operation, "there are no responses", "nothing of this operation is checked");
      for (const [status, response] of this.#entries(declared, "responses are given by status")) {
        if (status.startsWith("x-")) continue;
        if (!/^(?:[1-5]\d\d|[1-5]XX|default)$/i.test(status))
          this.#say(response, `${status} is no status: expected 200, 2XX or default`, "it is left out");
        else responses.set(status.toUpperCase(), this.#response(this.#resolved(response), operation, root));
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
      const parameter = listed && this.#resolved(listed);
      if (parameter === undefined || below(parameter, "in")?.value !== "path") return [];
      const name = below(parameter, "name")?.value;
      const spans = ["allowReserved", "x-multi-segment"].some((flag) => below(parameter, flag)?.value === true);
      return spans && typeof name === "string" ? [name] : [];
    });
  }

  #response(response: Place | undefined, operation: Place, root: Place): ResponseDeclaration {
    const place = response ?? operation;
    if (response === undefined || !this.#isObject(response, "a response")) return { place, contents: [], headers: [] };
    const headers = this.#entries(below(response, "headers"), "headers are given by name").flatMap(
      ([name, at]): Header[] => {
        const header = this.#resolved(at);
        if (header === undefined) return [];
        const schema = this.#dialect === "2.0" ? header : below(header, "schema");
        return [
          { name: name.toLowerCase(), required: below(header, "required")?.value === true, place: header, schema },
        ];
      },
    );
    if (this.#dialect === "2.0") return { place, headers, contents: this.#produced(response, operation, root) };
    const contents = this.#entries(below(response, "content"), "content is given by media type").map(([name, at]) => {
      const media = this.#resolved(at);
      if (media !== undefined) this.#isObject(media, "content of a media type");
      return { ...parseMediaType(name), schema: media && below(media, "schema") };
    });
    return { place, headers, contents };
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

  #entries(at: Place | undefined, expected: string): [string, Place][] {
    if (at === undefined) return [];
    const { value } = at;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#say(at, expected, "it is left out");
      return [];
    }
    return Object.keys(value).map((name) => [name, below(at, name) ?? at]);
  }

  /** Whether there is an object; that there is none is said. */
  #isObject(at: Place, what: string): boolean {
    const isOne = typeof at.value === "object" && at.value !== null && !Array.isArray(at.value);
    if (!isOne) this.#say(at, `${what} is an object`, "nothing of it is checked");
    return isOne;
  }

  #resolved(at: Place): Place | undefined {
    let place = at;
    for (let hops = 0; hops < HOPS; hops++) {
      const reference = below(place, "$ref");
      if (reference === undefined || typeof reference.value !== "string") return place;
      const target = this.#documents.resolve(reference.value, reference);
      if (typeof target === "string") {
        this.#say(reference, target, "it is left out");
        return undefined;
      }
      place = target;
    }
    this.#say(at, "refers to itself", "it is left out");
    return undefined;
  }

  #say({ file, pointer }: Place, reason: string, repair: string): void {
    this.#problem({ file, pointer, reason, repair });
  }
}

/** The path of a server's URL, its variables left as parameters where their default does not span segments. */
function serverBase(server: Place | undefined): string | undefined {
  const url = server && below(server, "url")?.value;
  if (server === undefined || typeof url !== "string") return undefined;
  const filled = url.replaceAll(/\{([^}]*)\}/g, (parameter, name: string) => {
    const fallback = below(server, "variables", name, "default")?.value;
    return typeof fallback === "string" && fallback.includes("/") ? fallback : parameter;
  });
  return filled
    .replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, "")
    .replace(/^\{[^}]*\}(?=\/|$)/, "")
    .replace(/[?#].*$/s, "")
    .replace(/\/$/, "");
}
