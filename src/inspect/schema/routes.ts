import { join } from "node:path";
import type { RouteMatcher } from "../../core/policy.ts";
import { compileRoute } from "../../core/route.ts";
import type { ContentCheck, Declaration, VendorSchemas } from "./declaration.ts";
import { FileChecks } from "./file-checks.ts";
import type { Languages } from "./languages.ts";
import { SchemaError } from "./schema-error.ts";
import { SchemaFile } from "./schema-file.ts";

/** What a response of one route and status has to look like. */
interface SchemaRoute {
  /** As declared: `GET /items/{id}`. */
  readonly name: string;
  readonly route: RouteMatcher;
  /** Number of path segments that are no wildcards: the more, the more special. */
  readonly weight: number;
  readonly statuses: readonly { readonly status: string; readonly file: string; readonly check: ContentCheck }[];
}

/** The table of routes in a folder of schemas. */
export const ROUTES = "routes.yaml";

/**
 * Loads a folder with `routes.yaml`, which says for each route and status which file holds: a JSON Schema (JSON or YAML,
 * draft-07 or 2020-12), a Table Schema for CSV, an XML Schema, or a GraphQL schema. Throws `SchemaError` with file and line.
 */
export function loadRoutes(folder: string, languages: Languages): VendorSchemas {
  const files = new FileChecks(folder, ROUTES, languages);
  const routes = readRoutes(new SchemaFile(join(folder, ROUTES)), files).toSorted((a, b) => b.weight - a.weight);
  return {
    summary: `${routes.length} routes of ${ROUTES}`,
    repairs: [],
    compile: () => undefined,
    find: (exchange) => {
      const found = routes.find(({ route }) => route(exchange));
      return found === undefined ? { kind: "undocumented-route" } : declaration(found, exchange.status);
    },
  };
}

/** Exact status before `2XX` before `default`. */
function declaration({ name: route, statuses }: SchemaRoute, status: number): Declaration {
  for (const wanted of [String(status), `${String(status)[0]}XX`, "DEFAULT"]) {
    const declared = statuses.find((candidate) => candidate.status === wanted);
    if (declared !== undefined)
      return { kind: "response", route, place: declared.file, contentOf: () => declared.check };
  }
  return { kind: "undocumented-status", route, place: ROUTES };
}

function readRoutes(table: SchemaFile, files: FileChecks): SchemaRoute[] {
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
        const check = typeof name === "string" ? files.of(name) : undefined;
        if (typeof name !== "string" || check === undefined)
          throw at(`there is no schema ${String(name)} in this folder; there are ${files.names.join(", ") || "none"}`);
        return { status: status.toUpperCase(), file: name, check };
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
