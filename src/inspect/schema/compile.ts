import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { COMPILING, countReferences, prepare, type Steps } from "./dialect.ts";
import { SchemaError } from "./schema-error.ts";
import type { SchemaFile } from "./schema-file.ts";

/** Keywords of OpenAPI and of habit that describe and check nothing. */
const ANNOTATIONS = ["example", "xml", "externalDocs", "discriminator", "markdownDescription", "errorMessage"];

/** The schemas of one vendor's folder, which may refer to each other by relative file names. */
export class SchemaCompiler {
  readonly #draft7: Ajv;
  readonly #draft2020: Ajv2020;

  /** `files` by their path relative to the folder. Throws `SchemaError` for one that is no valid schema. */
  constructor(files: ReadonlyMap<string, SchemaFile>, steps: Steps) {
    this.#draft7 = new Ajv(COMPILING);
    this.#draft2020 = new Ajv2020(COMPILING);
    for (const ajv of [this.#draft7, this.#draft2020]) {
      prepare(ajv);
      countReferences(ajv, steps);
      ajv.addVocabulary(ANNOTATIONS);
    }
    for (const [name, file] of files) this.#add(name, file);
  }

  #add(name: string, file: SchemaFile): void {
    const { value } = file;
    if (typeof value !== "boolean" && (typeof value !== "object" || value === null))
      throw new SchemaError(file.path, 1, "a JSON Schema is an object or a boolean");
    const ajv = this.#ajvOf(value);
    for (const keyword of extensionKeywords(value)) if (ajv.getKeyword(keyword) === false) ajv.addKeyword(keyword);
    if (ajv.validateSchema(value) !== true) {
      const [error] = ajv.errors ?? [];
      const pointer = error?.instancePath ?? "";
      throw new SchemaError(
        file.path,
        file.line(pointer),
        `${pointer || "the schema"} ${error?.message ?? "is not valid"}`,
      );
    }
    try {
      ajv.addSchema(value, name);
    } catch (error) {
      throw new SchemaError(file.path, 1, messageOf(error));
    }
  }

  /** The validator of one file. Throws `SchemaError` for a reference, format or pattern that cannot be used. */
  compile(name: string, file: SchemaFile): ValidateFunction {
    try {
      const validate = this.#ajvOf(file.value).getSchema(name);
      if (validate === undefined) throw new Error("it was not loaded");
      return validate;
    } catch (error) {
      throw new SchemaError(file.path, undefined, messageOf(error));
    }
  }

  /** By `$schema`: draft-07 and its forerunners, else 2020-12. */
  #ajvOf(schema: unknown): Ajv {
    const draft: unknown =
      typeof schema === "object" && schema !== null && "$schema" in schema ? schema.$schema : undefined;
    return typeof draft === "string" && /draft-0[4-7]/.test(draft) ? this.#draft7 : this.#draft2020;
  }
}

/** Extension keywords (`x-…`) anywhere in a schema. */
function extensionKeywords(schema: unknown): Set<string> {
  const found = new Set<string>();
  const pending = [schema];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== "object" || next === null) continue;
    for (const [key, value] of Object.entries(next)) {
      if (key.startsWith("x-")) found.add(key);
      pending.push(value);
    }
  }
  return found;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
