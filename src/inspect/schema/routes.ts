import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ValidateFunction } from "ajv";
import type { Exchange } from "../../core/exchange.ts";
import type { RouteMatcher } from "../../core/policy.ts";
import { compileRoute } from "../../core/route.ts";
import { SchemaCompiler } from "./compile.ts";
import { SchemaError } from "./schema-error.ts";
import { SchemaFile } from "./schema-file.ts";

/** What a response of one route and status has to look like. */
interface SchemaRoute {
  /** As declared: `GET /items/{id}`. */
  readonly name: string;
  readonly route: RouteMatcher;
  /** Number of path segments that are no wildcards: the more, the more special. */
  readonly weight: number;
  readonly statuses: readonly { readonly status: string; readonly file: string; readonly validate: ValidateFunction }[];
}

/** The schema that holds for a response. */
export interface DeclaredResponse {
  /** As declared: `GET /items/{id}`. */
  readonly route: string;
  readonly file: string;
  readonly validate: ValidateFunction;
}

/** The schemas of one vendor, by route and status. */
export class VendorSchemas {
  readonly #routes: readonly SchemaRoute[];

  constructor(routes: readonly SchemaRoute[]) {
    this.#routes = routes.toSorted((a, b) => b.weight - a.weight);
  }

  /** The schema of a response: its exact status before `2XX` before `default`. Undefined where none is declared. */
  schemaOf(exchange: Exchange): DeclaredResponse | undefined {
    const found = this.#routes.find(({ route }) => route(exchange));
    const status = String(exchange.status);
    const wanted = [status, `${status[0]}XX`, "DEFAULT"];
    for (const name of wanted) {
      const declared = found?.statuses.find((candidate) => candidate.status === name);
      if (found !== undefined && declared !== undefined)
        return { route: found.name, file: declared.file, validate: declared.validate };
    }
    return undefined;
  }
}

const ROUTES = "routes.yaml";

/**
 * Loads a folder with JSON Schemas (JSON or YAML, draft-07 or 2020-12) and `routes.yaml`, which says for each route and
 * status which file holds. Throws `SchemaError` with file and line.
 */
export function loadVendorSchemas(folder: string): VendorSchemas {
  const table = join(folder, ROUTES);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new SchemaError(folder, undefined, "there is no such folder");
  if (!existsSync(table))
    throw new SchemaError(table, undefined, "is missing: it says which schema holds for which route");
  const files = new Map<string, SchemaFile>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted())
    if (/\.(?:json|ya?ml)$/.test(name) && name !== ROUTES) files.set(name, new SchemaFile(join(folder, name)));
  const compiler = new SchemaCompiler(files);
  return new VendorSchemas(readRoutes(new SchemaFile(table), files, compiler));
}

function readRoutes(
  table: SchemaFile,
  files: ReadonlyMap<string, SchemaFile>,
  compiler: SchemaCompiler,
): SchemaRoute[] {
  const { value } = table;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SchemaError(table.path, 1, 'expected routes, such as "GET /items/{id}": { 200: item.json }');
  return Object.entries(value).map(([route, statuses]: [string, unknown]) => {
    const line = table.line(`/${route.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    const at = (reason: string): SchemaError => new SchemaError(table.path, line, reason);
    const entries: [string, unknown][] =
      typeof statuses === "object" && statuses !== null ? Object.entries(statuses) : [["default", statuses]];
    return {
      name: route,
      route: matcherOf(route, at),
      weight: route.split("/").filter((segment) => !/^(?:\{.*\}|\*{1,2})$/.test(segment)).length,
      statuses: entries.map(([status, name]) => {
        if (!/^(?:[1-5]\d\d|[1-5]XX|default)$/i.test(status))
          throw at(`"${status}" is no status: expected 200, 2XX or default`);
        const file = typeof name === "string" ? files.get(name) : undefined;
        if (typeof name !== "string" || file === undefined)
          throw at(
            `there is no schema ${String(name)} in this folder; there are ${[...files.keys()].join(", ") || "none"}`,
          );
        return { status: status.toUpperCase(), file: name, validate: compiler.compile(name, file) };
      }),
    };
  });
}

function matcherOf(route: string, at: (reason: string) => SchemaError): RouteMatcher {
  try {
    return compileRoute(route);
  } catch (error) {
    throw at(error instanceof Error ? error.message : String(error));
  }
}
