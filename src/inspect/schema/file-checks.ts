import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { ErrorObject, ValidateFunction } from "ajv";
import { SchemaCompiler } from "./compile.ts";
import { csvCheck } from "./csv-check.ts";
import type { ContentCheck } from "./declaration.ts";
import { Steps } from "./dialect.ts";
import { jsonCheck } from "./json-check.ts";
import type { Languages } from "./languages.ts";
import { SchemaFile } from "./schema-file.ts";
import { columnsOf, isTableSchema } from "./table-schema.ts";

/** The checks that the files of a folder describe, each made when a route names it. */
export class FileChecks {
  readonly #folder: string;
  readonly #languages: Languages;
  readonly #names: readonly string[];
  readonly #schemas = new Map<string, SchemaFile>();
  readonly #steps = new Steps();
  readonly #compiler: SchemaCompiler;

  /** Throws `SchemaError` for a JSON or YAML file that is no schema; `except` names a file that is none. */
  constructor(folder: string, except: string, languages: Languages) {
    this.#folder = folder;
    this.#languages = languages;
    this.#names = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => name.replaceAll(sep, "/"))
      .filter((name) => /\.(?:json|ya?ml|graphqls?|gql|xsd)$/.test(name) && name !== except)
      .toSorted();
    for (const name of this.#names)
      if (/\.(?:json|ya?ml)$/.test(name)) this.#schemas.set(name, new SchemaFile(join(folder, name)));
    const ofJson = [...this.#schemas].filter(([, { value }]) => !isTableSchema(value) && !isIntrospection(value));
    this.#compiler = new SchemaCompiler(new Map(ofJson), this.#steps);
  }

  /** Names of all files, for people. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** The check that a file describes; undefined where there is no such file. Throws `SchemaError` where it cannot be used. */
  of(name: string): ContentCheck | undefined {
    if (!this.#names.includes(name)) return undefined;
    const file = this.#schemas.get(name);
    const isGraphql = file === undefined ? !name.endsWith(".xsd") : isIntrospection(file.value);
    const { graphql, xsd } = this.#languages;
    if (isGraphql) return graphql?.(name, this.#text(name));
    if (file === undefined) return xsd?.(name, this.#xsdFiles());
    if (isTableSchema(file.value)) return csvCheck(name, columnsOf(file));
    return schemaCheck(name, this.#compiler.compile(name, file), this.#steps);
  }

  #text(name: string): string {
    return readFileSync(join(this.#folder, name), "utf8");
  }

  #xsdFiles(): ReadonlyMap<string, Uint8Array> {
    const names = this.#names.filter((name) => name.endsWith(".xsd"));
    return new Map(names.map((name) => [name, readFileSync(join(this.#folder, name))]));
  }
}

/** The result of GraphQL's introspection query. */
function isIntrospection(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "__schema" in value || ("data" in value && isIntrospection(value.data));
}

function schemaCheck(file: string, validate: ValidateFunction, steps: Steps): ContentCheck {
  return jsonCheck({
    place: file,
    errorsOf: (value, { budget }) =>
      steps.counting(
        () => budget.checkTime(),
        () => (validate(value) ? [] : (validate.errors ?? [])),
      ),
    // Ajv names a schema in the same file by its pointer alone.
    placeOf: ({ schemaPath }: ErrorObject) => (schemaPath.startsWith("#") ? `${file}${schemaPath}` : schemaPath),
  });
}
