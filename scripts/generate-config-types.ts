import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const SCHEMA = new URL("../schemas/lazaret.schema.json", import.meta.url);
const TYPES = new URL("../src/config/config-types.ts", import.meta.url);

type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Titles of scalars serve editors; as names of TypeScript types they would only be noise. */
function withoutScalarTitles(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(withoutScalarTitles);
  if (typeof schema !== "object" || schema === null) return schema;
  const named = schema["additionalProperties"] === false;
  const entries = Object.entries(schema).filter(
    ([key, value]) => named || key !== "title" || typeof value !== "string",
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutScalarTitles(value)]));
}

/** The source of `src/config/config-types.ts`, generated from `schemas/lazaret.schema.json`. */
export async function generateConfigTypes(): Promise<string> {
  const schema: JsonValue = JSON.parse(await readFile(SCHEMA, "utf8"));
  const plain = withoutScalarTitles(schema) as Parameters<typeof compile>[0];
  return await compile(plain, "Configuration", {
    bannerComment: "/* Generated from schemas/lazaret.schema.json by scripts/generate-config-types.ts: do not edit. */",
    declareExternallyReferenced: true,
    format: true,
    style: { printWidth: 120 },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(TYPES, await generateConfigTypes());
