import { rmSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { loadVendorSchemas } from "../../src/inspect/schema/load.ts";
import { SchemaError } from "../../src/inspect/schema/schema-error.ts";
import { checkerOf, folderOf } from "../support/schema-check.ts";

const THING = {
  type: "object",
  required: ["id", "secret"],
  properties: {
    id: { type: "integer", minimum: 0, exclusiveMinimum: true },
    secret: { type: "string", writeOnly: true },
    name: { type: "string", nullable: true, pattern: "^[a-z]+$", enum: ["a", "b"] },
    when: { type: "string", format: "date-time" },
    self: { $ref: "#/components/schemas/Thing" },
    either: {
      oneOf: [{ $ref: "#/components/schemas/Thing" }, { $ref: "#/components/schemas/Other" }],
      discriminator: {
        propertyName: "kind",
        mapping: { t: "#/components/schemas/Thing", o: "#/components/schemas/Other" },
      },
    },
    any: {
      anyOf: [{ type: "string" }, { type: "array", uniqueItems: true, items: { type: "number", multipleOf: 0.5 } }],
    },
  },
};
const OTHER = {
  allOf: [{ $ref: "#/components/schemas/Thing" }, { type: "object", properties: { kind: { type: "string" } } }],
};
const DOCUMENT = {
  openapi: "3.0.3",
  info: { title: "t", version: "1" },
  servers: [{ url: "https://{host}/v1", variables: { host: { default: "a.example" } } }],
  paths: {
    "/x/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      get: {
        responses: {
          200: {
            description: "",
            headers: { "X-Left": { required: true, schema: { type: "integer" } } },
            content: { "application/json": { schema: { $ref: "#/components/schemas/Other" } } },
          },
          "4XX": { $ref: "#/components/responses/Problem" },
        },
      },
    },
  },
  components: {
    schemas: { Thing: THING, Other: OTHER },
    responses: { Problem: { description: "", content: { "application/*": { schema: { type: "object" } } } } },
  },
};

/** The places of all values in a document. */
function placesOf(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...at, key]))];
}

function replaced(value: unknown, [step, ...steps]: readonly string[], by: unknown): unknown {
  if (step === undefined) return by;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === step ? replaced(item, steps, by) : item));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === step ? replaced(inner, steps, by) : inner]),
  );
}

const PLACES = placesOf(DOCUMENT);
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    true,
    [],
    {},
    "",
    "int",
    "(?=a)",
    "(",
    -1,
    "1",
    { $ref: "#" },
    { $ref: "#/components/schemas/Other" },
    { $ref: "%" },
    { allOf: [] },
  ),
);

it("a document that is changed anywhere imports or is a SchemaError, and what it checks keeps its promises", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...PLACES), odd), { maxLength: 4 }),
      fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.record({
          id: fc.integer(),
          kind: fc.string(),
          name: fc.constantFrom("a", "z", null),
          either: fc.jsonValue(),
        }),
      ),
      async (changes, value) => {
        const document = changes.reduce<unknown>((made, [place, by]) => replaced(made, place, by), DOCUMENT);
        const folder = folderOf({ "api.json": document });
        for (const lenient of [false, true]) {
          let schemas;
          try {
            schemas = loadVendorSchemas(join(folder, "api.json"), { lenient, remote: {} });
          } catch (error) {
            expect(error).toBeInstanceOf(SchemaError);
            continue;
          }
          if (lenient) schemas.compile();
          const at = checkerOf(schemas, { "unknown-member": "sanitize", type: "sanitize", missing: "report" }, 2000);
          const body = JSON.stringify(value);
          const first = await at("/v1/x/1", body);
          expect(first.findings.filter(({ rule }) => rule === "lazaret/stage-failed")).toEqual([]);
          if (first.verdict === "pass") expect(first.body).toBe(body);
          if (first.verdict === "sanitized")
            expect(await at("/v1/x/1", first.body)).toMatchObject({ verdict: "pass", body: first.body });
        }
        rmSync(folder, { recursive: true });
      },
    ),
    {
      numRuns: 60,
      examples: [[[[["components", "schemas", "Thing", "properties", "any", "anyOf", "1", "type"], ""]], { any: [1] }]],
    },
  );
}, 60_000);
