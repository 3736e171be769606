import { describe, expect, it } from "vitest";
import type { VendorSchemas } from "../../src/inspect/schema/declaration.ts";
import { checkerOf, schemasOf } from "../support/schema-check.ts";

/** A schema, what it lets through, and what it does not: as the JSON Schema specification says it, edges first. */
type Case = readonly [name: string, schema: object, valid: readonly unknown[], invalid: readonly unknown[]];

/** What every draft, and OpenAPI since 2.0, understands in the same way. */
const EVERYWHERE: readonly Case[] = [
  ["type", { type: "integer" }, [1, 1.0, -0, 1e3], [1.5, "1", null, true, [], {}]],
  ["type number", { type: "number" }, [1, 1.5], ["1", null]],
  ["enum", { enum: [1, "a", null, [1], { a: 1 }] }, [1, "a", null, [1], { a: 1 }], [true, "A", [1, 1], { a: 2 }]],
  ["multipleOf", { multipleOf: 0.01 }, [0, 4.02, 1.1, -1234567.89, 1e300, "x"], [0.0075, 1e-300]],
  ["minimum and maximum", { minimum: 1, maximum: 2 }, [1, 2, "0"], [0.99, 2.01]],
  ["lengths", { minLength: 1, maxLength: 2 }, ["a", "\u{1F4A9}\u{1F4A9}", 12345], ["", "abc"]],
  ["pattern", { pattern: "a.c" }, ["xabcx", 1], ["ac"]],
  ["items", { items: { type: "integer" } }, [[], [1, 2], { 0: "x" }], [[1, "x"]]],
  ["item counts", { minItems: 1, maxItems: 2 }, [[1], [1, 2], ""], [[], [1, 2, 3]]],
  [
    "uniqueItems",
    { uniqueItems: true },
    [
      [1, "1"],
      [0, false],
      [{ a: 1 }, { a: 2 }],
      [[1], [[1]]],
      [{ a: 0 }, { a: false }],
    ],
    [
      [1, 1.0],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [[1], [1]],
      [null, 0, null],
    ],
  ],
  ["member counts", { minProperties: 1, maxProperties: 1 }, [{ a: 1 }, []], [{}, { a: 1, b: 2 }]],
  ["required", { required: ["a", "toString"] }, [{ a: 1, toString: 2 }, []], [{ a: 1 }, {}]],
  [
    "properties",
    { properties: { a: { type: "string" }, constructor: { type: "number" } } },
    [{ a: "x", b: 1 }, { constructor: 1 }, {}],
    [{ a: 1 }, { constructor: "x" }],
  ],
  [
    "additionalProperties",
    { properties: { a: {} }, additionalProperties: { type: "string" } },
    [{ a: 1, b: "x" }],
    [{ b: 1 }],
  ],
  [
    "no other members",
    { properties: { a: {} }, additionalProperties: false },
    [{ a: 1 }, {}, 1],
    [{ b: 1 }, { __proto__x: 1 }],
  ],
  ["allOf", { allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1, 2], [0, 3]],
  ["anyOf", { anyOf: [{ type: "string" }, { minimum: 2 }] }, ["x", 2, null], [1]],
  ["oneOf", { oneOf: [{ type: "integer" }, { minimum: 2 }] }, [1, 2.5], [3, 1.5]],
  ["not", { not: { type: "string" } }, [1], ["x"]],
];

/** What draft-07, 2020-12 and OpenAPI 3.1 add. */
const SINCE_DRAFT_7: readonly Case[] = [
  ["const", { const: { a: [1, null] } }, [{ a: [1, null] }], [{ a: [1] }, { a: [1, null], b: 1 }, 1]],
  ["exclusive bounds", { exclusiveMinimum: 1, exclusiveMaximum: 2 }, [1.5], [1, 2]],
  ["types", { type: ["string", "null"] }, ["x", null], [1, {}]],
  ["contains", { contains: { minimum: 5 } }, [[1, 5], "x"], [[], [1, 2]]],
  ["propertyNames", { propertyNames: { maxLength: 2 } }, [{ ab: 1 }, {}], [{ abc: 1 }]],
  [
    "patternProperties",
    {
      properties: { foo: { maximum: 3 } },
      patternProperties: { "^f": { type: "integer" } },
      additionalProperties: false,
    },
    [{ foo: 3, f2: 9 }, {}],
    [{ foo: 4 }, { f2: "x" }, { b: 1 }],
  ],
  [
    "if, then, else",
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword has this name
    { if: { required: ["a"] }, then: { required: ["b"] }, else: { required: ["c"] } },
    [{ a: 1, b: 1 }, { c: 1 }],
    [{ a: 1 }, {}, { b: 1 }],
  ],
  ["schemas that are true and false", { properties: { a: true, b: false } }, [{ a: 1 }], [{ b: 1 }]],
  ["a reference", { $ref: "other.json#/$defs/small" }, [1], [9, "x"]],
  [
    "a reference to itself",
    { properties: { next: { $ref: "#" } }, additionalProperties: false },
    [{ next: { next: {} } }],
    [{ next: { x: 1 } }],
  ],
];

/** What 2020-12 and OpenAPI 3.1 add. */
const SINCE_2020: readonly Case[] = [
  [
    "prefixItems",
    { prefixItems: [{ type: "integer" }, {}], items: { type: "string" } },
    [[], [1], [1, 2, "x"]],
    [["x"], [1, 2, 3]],
  ],
  ["no more items", { prefixItems: [{}], items: false }, [[1], []], [[1, 2]]],
  [
    "counted contains",
    { contains: { const: 1 }, minContains: 2, maxContains: 3 },
    [
      [1, 1],
      [1, 2, 1, 1],
    ],
    [[1], [1, 1, 1, 1], []],
  ],
  ["contains of none", { contains: { const: 1 }, minContains: 0, maxContains: 1 }, [[], [2], [1]], [[1, 1]]],
  ["dependentRequired", { dependentRequired: { a: ["b"] } }, [{ a: 1, b: 1 }, { b: 1 }, {}], [{ a: 1 }]],
  ["dependentSchemas", { dependentSchemas: { a: { required: ["b"] } } }, [{ a: 1, b: 1 }, { c: 1 }], [{ a: 1 }]],
  ["keywords beside a reference", { $ref: "other.json#/$defs/small", minimum: 1 }, [1, 2], [0, 9]],
  [
    "unevaluatedProperties",
    {
      allOf: [{ properties: { a: {} } }],
      anyOf: [{ properties: { b: { const: 1 } } }, true],
      unevaluatedProperties: false,
    },
    [{ a: 1, b: 1 }, {}],
    [{ c: 1 }],
  ],
  ["unevaluatedItems", { prefixItems: [{}], unevaluatedItems: { type: "integer" } }, [["x", 1], []], [["x", "y"]]],
];

const OTHER = { $defs: { small: { type: "integer", maximum: 3 } } };

function openApi(version: string, schema: object): VendorSchemas {
  const content = { "application/json": { schema: { $ref: "s.json" } } };
  const paths = { "/x": { get: { responses: { 200: { description: "", content } } } } };
  const api = { openapi: version, info: { title: "t", version: "1" }, paths };
  return schemasOf({ "api.json": api, "s.json": schema, "other.json": OTHER });
}

function byHand(draft: string, schema: object): VendorSchemas {
  return schemasOf({
    "routes.yaml": "/x: { 200: s.json }\n",
    "s.json": { $schema: draft, ...schema },
    "other.json": { $schema: draft, ...OTHER },
  });
}

const DRAFT_7 = "http://json-schema.org/draft-07/schema#";
const DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema";

describe.each([
  ["OpenAPI 3.0", (schema: object) => openApi("3.0.3", schema), EVERYWHERE],
  ["OpenAPI 3.1", (schema: object) => openApi("3.1.0", schema), [...EVERYWHERE, ...SINCE_DRAFT_7, ...SINCE_2020]],
  ["draft-07", (schema: object) => byHand(DRAFT_7, schema), [...EVERYWHERE, ...SINCE_DRAFT_7]],
  ["2020-12", (schema: object) => byHand(DRAFT_2020, schema), [...EVERYWHERE, ...SINCE_DRAFT_7, ...SINCE_2020]],
])("%s", (_, load, cases) => {
  it.each(cases)("%s", async (name, schema, valid, invalid) => {
    const check = checkerOf(load(schema));
    const differing = async (value: unknown): Promise<boolean> =>
      (await check("/x", JSON.stringify(value))).findings.some(({ difference }) => difference !== undefined);
    for (const value of valid) expect([name, value, await differing(value)]).toEqual([name, value, false]);
    for (const value of invalid) expect([name, value, await differing(value)]).toEqual([name, value, true]);
  });
});

it("a vendor's document may have keywords that say nothing", async () => {
  const schema = { if: { type: "string" }, contains: {}, minContains: 0, type: "array" };
  const check = checkerOf(openApi("3.1.0", schema));
  expect([(await check("/x", [])).verdict, (await check("/x", {})).verdict]).toEqual(["pass", "blocked"]);
});
