import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { VendorSchemas } from "./declaration.ts";
import type { Languages } from "./languages.ts";
import { Documents } from "./openapi/documents.ts";
import { loadOpenApi } from "./openapi/load.ts";
import { loadRoutes, ROUTES } from "./routes.ts";
import { SchemaError } from "./schema-error.ts";

/** How documents are imported. */
export interface ImportSettings {
  /** Repairs what is slightly wrong and says so, where otherwise it is an error. */
  readonly lenient: boolean;
  /** Folders with copies of remote documents, by the beginning of their URLs. */
  readonly remote: Readonly<Record<string, string>>;
  /** What reads files by hand that are no JSON Schema: those that `languagesFor` the folder gives. */
  readonly languages?: Languages;
}

/** What a file of schemas is called. */
const SCHEMA_FILE = /\.(?:json|ya?ml)$/i;
/** The member by which an OpenAPI document is known. */
const OPENAPI = /^(?:\s*\{)?\s*"?(?:openapi|swagger|asyncapi)"?\s*:/m;

/**
 * Loads the schemas of a vendor: an OpenAPI document, a folder with some, or a folder with schemas by hand and `routes.yaml`.
 * Throws `SchemaError`, for an OpenAPI document with every problem at once.
 */
export function loadVendorSchemas(path: string, { lenient, remote, languages = {} }: ImportSettings): VendorSchemas {
  if (!existsSync(path)) throw new SchemaError(path, undefined, "there is no such file or folder");
  if (!statSync(path).isDirectory())
    return loadOpenApi(new Documents(dirname(path), remote), [basename(path)], lenient);
  if (existsSync(join(path, ROUTES))) return loadRoutes(path, languages);
  const found = readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => SCHEMA_FILE.test(name) && isOpenApi(join(path, name)))
    .toSorted();
  if (found.length > 0)
    return loadOpenApi(
      new Documents(path, remote),
      found.map((name) => name.replaceAll(sep, "/")),
      lenient,
    );
  const reason = "is missing: it says which schema holds for which route; nor is there an OpenAPI document";
  throw new SchemaError(join(path, ROUTES), undefined, reason);
}

function isOpenApi(file: string): boolean {
  return statSync(file).isFile() && OPENAPI.test(readFileSync(file, "utf8").slice(0, 64 * 2 ** 10));
}
