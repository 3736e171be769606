import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { loadVendorSchemas } from "../../src/inspect/schema/load.ts";
import { checkerOf, folderOf, kindsOf, schemasOf } from "../support/schema-check.ts";
import { temporaryFolder } from "../support/vendor.ts";

function documentOf(schema: unknown, more: object = {}) {
  const responses = { 200: { description: "", content: { "application/json": { schema } } } };
  return { openapi: "3.0.3", info: { title: "t", version: "1" }, paths: { "/x": { get: { responses } } }, ...more };
}

const SCHEMA = "#/paths/~1x/get/responses/200/content/application~1json/schema";

describe("a document may be spread over files", () => {
  const files = {
    "api/openapi.yaml": [
      "openapi: 3.1.0",
      "info: { title: t, version: '1' }",
      "servers: [{ url: 'https://{region}.example/v1' , variables: { region: { default: eu } } }]",
      "paths:",
      "  /items/{id}: { $ref: 'paths/item.yaml#/item' }",
    ].join("\n"),
    "api/paths/item.yaml": [
      "item:",
      "  get:",
      "    responses:",
      "      '200': { $ref: '../responses.json#/Item' }",
    ].join("\n"),
    "api/responses.json": {
      Item: { description: "", content: { "application/json": { schema: { $ref: "schemas/a%20b.json" } } } },
    },
    "api/schemas/a b.json": {
      type: "object",
      properties: { "x/y": { $ref: "#/properties/n" }, n: { type: "integer" } },
    },
  };

  it("in JSON and YAML, found by relative references, told by file and pointer", async () => {
    for (const path of ["api/openapi.yaml", "api", "."]) {
      const at = checkerOf(loadVendorSchemas(join(folderOf(files), path), { lenient: false, remote: {} }));
      expect(kindsOf(await at("/v1/items/7", { n: 1 }))).toEqual([]);
      const bad = await at("/v1/items/7", { "x/y": "1" });
      expect(bad.findings[0]?.difference).toEqual({
        kind: "type",
        route: "GET /items/{id}",
        schema: `${path === "." ? "api/" : ""}schemas/a b.json#/properties/n/type`,
      });
    }
  });

  it("but not outside their folder, nor at a URL, unless a copy is named", async () => {
    const outside = folderOf({ "in/api.json": documentOf({ $ref: "../secret.json" }), "secret.json": {} });
    const load = (path: string, remote: Record<string, string> = {}) =>
      loadVendorSchemas(path, { lenient: false, remote });
    expect(() => load(join(outside, "in/api.json"))).toThrow("../secret.json is outside the folder");
    const remote = folderOf({
      "api.json": documentOf({ $ref: "https://schemas.example/common/item.json#/Item" }),
      "copies/item.json": { Item: { $ref: "id.json" } },
      "copies/id.json": { type: "integer" },
    });
    const file = join(remote, "api.json");
    expect(() => load(file)).toThrow(/item\.json#\/Item is remote: .*schemaImport\.remote/);
    const at = checkerOf(load(file, { "https://schemas.example/common/": join(remote, "copies") }));
    expect(kindsOf(await at("/x", '"7"'))).toEqual(["type $"]);
    const escaping = folderOf({ "api.json": documentOf({ $ref: "https://schemas.example/../../api.json" }) });
    expect(() => load(join(escaping, "api.json"), { "https://schemas.example/": join(escaping, "x") })).toThrow();
  });
});

describe("references that lead in circles", () => {
  it("work where a value goes deeper at each turn", async () => {
    const schemas = {
      Tree: {
        type: "object",
        required: ["v"],
        properties: { v: { type: "integer" }, kids: { $ref: "#/components/schemas/Forest" } },
      },
      Forest: { type: "array", items: { $ref: "#/components/schemas/Tree" } },
    };
    const at = checkerOf(
      schemasOf({ "a.json": documentOf({ $ref: "#/components/schemas/Tree" }, { components: { schemas } }) }),
    );
    expect(kindsOf(await at("/x", { v: 1, kids: [{ v: 2, kids: [] }, { kids: [{ v: "3" }] }] }))).toEqual([
      "missing $['kids'][1]",
      "type $['kids'][1]['kids'][0]['v']",
    ]);
  });

  it("are said where no value could end them, and accept anything in a lenient import", async () => {
    const schemas = { A: { allOf: [{ $ref: "#/components/schemas/B" }] }, B: { $ref: "#/components/schemas/A" } };
    const files = { "a.json": documentOf({ $ref: "#/components/schemas/A" }, { components: { schemas } }) };
    expect(() => schemasOf(files)).toThrow("leads back to itself");
    expect(kindsOf(await checkerOf(schemasOf(files, { lenient: true }))("/x", {}))).toEqual([]);
  });
});

describe("a broken document", () => {
  const broken = documentOf({
    type: "int",
    minimum: "1",
    pattern: "(?=a)b",
    enum: [],
    properties: { a: { $ref: "#/nowhere" }, b: [], c: { requierd: ["x"] } },
  });

  it("is refused with every error at once, each with its file and pointer", () => {
    let message = "";
    try {
      schemasOf({ "a.json": broken });
    } catch (error) {
      message = error instanceof Error ? error.message : "";
    }
    const lines = message.split("\n");
    expect(lines).toEqual([
      `a.json${SCHEMA}/type: "int" is not one of string, number, integer, boolean, array, object, null (lenient: it is taken for "integer")`,
      `a.json${SCHEMA}/minimum: "1" is not a number (lenient: it is taken for 1)`,
      `a.json${SCHEMA}/pattern: "(?=a)b" is not a pattern that runs in linear time (RE2) (lenient: it is left out)`,
      `a.json${SCHEMA}/enum: [] is not a list of values, not empty (lenient: it is left out)`,
      `a.json${SCHEMA}/properties/a/$ref: there is nothing at #/nowhere (lenient: anything is accepted there)`,
      `a.json${SCHEMA}/properties/b: a schema is an object (lenient: anything is accepted there)`,
      `a.json${SCHEMA}/properties/c/requierd: requierd is no keyword of a schema (lenient: it is left out)`,
      "every problem has a repair: `schemaImport: { lenient: true }` imports the rest and says what was done",
    ]);
  });

  it("is repaired where that is unambiguous, says so, and checks the rest", async () => {
    const schemas = schemasOf({ "a.json": broken }, { lenient: true });
    expect(schemas.repairs).toHaveLength(7);
    expect(kindsOf(await checkerOf(schemas)("/x", 0))).toEqual(["range $"]);
    expect(kindsOf(await checkerOf(schemas)("/x", 1.5))).toEqual(["type $"]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["that does not parse", { "a.json": '{ "openapi": "3.0.0",' }, "a.json: cannot be parsed"],
    ["in YAML that does not parse", { "a.yaml": "openapi: 3.0.0\n  x: [" }, "a.yaml: cannot be parsed"],
    ["of an unknown version", { "a.json": { openapi: "4.0.0", paths: {} } }, "4.0.0 is no known version"],
    [
      "with responses and contents that are none",
      { "a.yaml": "openapi: 3.0\npaths: { /x: { get: { responses: { 200: ~, 404: { content: { a/b: ~ } } } } } }\n" },
      `a.yaml#/paths/~1x/get/responses/200: a response is an object (lenient: nothing of it is checked)
a.yaml#/paths/~1x/get/responses/404/content/a~1b: content of a media type is an object`,
    ],
    ["without operations", { "a.json": { openapi: "3.0.0", paths: {} } }, "a.json#/paths: there is no operation"],
    ["with paths that are a list", { "a.json": { openapi: "3.0.0", paths: [] } }, "a.json#/paths: paths are given by"],
    [
      "with an unknown status",
      { "a.json": { openapi: "3.0.0", paths: { "/x": { get: { responses: { ok: {} } } } } } },
      "a.json#/paths/~1x/get/responses/ok: ok is no status",
    ],
    [
      "with a route twice",
      {
        "a.json": {
          openapi: "3.0.0",
          paths: { "/{a}": { get: { responses: {} } }, "/{b}": { get: { responses: {} } } },
        },
      },
      "a.json#/paths/~1{b}/get: is the same route as a.json#/paths/~1{a}/get",
    ],
    ["in a folder without any", { "a.json": {} }, "nor is there an OpenAPI document"],
  ])("%s says so", (_name, files, message) => {
    expect(() => schemasOf(files)).toThrow(message);
  });

  it("that is none says so", () => {
    const folder = folderOf({ "a.yaml": "- openapi\n" });
    expect(() => loadVendorSchemas(join(folder, "a.yaml"), { lenient: false, remote: {} })).toThrow(
      "a.yaml: is no OpenAPI or AsyncAPI document: expected openapi, swagger or asyncapi with its version",
    );
  });

  it("that is not there says so", () => {
    expect(() => loadVendorSchemas(join(temporaryFolder(), "none.yaml"), { lenient: false, remote: {} })).toThrow(
      "none.yaml: there is no such file or folder",
    );
  });
});

describe("documents made to exhaust", () => {
  it("patterns run in linear time, deep nesting is compiled in pieces, sets of items are compared in linear time", async () => {
    const schema = {
      type: "object",
      properties: {
        p: { type: "string", pattern: "^(a+)+$" },
        deep: nested(500),
        set: { type: "array", uniqueItems: true },
      },
    };
    const at = checkerOf(schemasOf({ "a.json": documentOf(schema) }));
    const began = performance.now();
    expect(kindsOf(await at("/x", { p: `${"a".repeat(50_000)}!` }))).toEqual(["format $['p']"]);
    const set = Array.from({ length: 50_000 }, (_, index) => ({ a: index, b: [index] }));
    expect(kindsOf(await at("/x", { set }))).toEqual([]);
    expect(
      kindsOf(
        await at("/x", {
          set: [
            { a: 1, b: 2 },
            { b: 2, a: 1 },
          ],
        }),
      ),
    ).toEqual(["other $['set']"]);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(kindsOf(await at("/x", { deep: "1" }))).toEqual(["type $['deep']"]);
    const open = '{"allOf":['.repeat(5000);
    const tooDeep = JSON.stringify(documentOf("HERE")).replace('"HERE"', `${open}{}${"]}".repeat(5000)}`);
    expect(() => schemasOf({ "a.json": tooDeep })).toThrow(
      /^a\.json#.{100,400}: this reference leads back to itself, or through too many others/,
    );
  });

  it("alternatives that contain themselves end at the time limit, not at the end of time", async () => {
    const again = { $ref: "#/components/schemas/A" };
    const branch = (name: string) => ({ type: "object", required: [name], properties: { next: again, [name]: {} } });
    const schemas = { A: { anyOf: [branch("a"), branch("b"), branch("c")] } };
    const at = checkerOf(schemasOf({ "a.json": documentOf(again, { components: { schemas } }) }), {}, 500);
    let value: object = {};
    for (let depth = 0; depth < 30; depth++) value = { next: value };
    const began = performance.now();
    const { verdict } = await at("/x", value);
    expect(verdict).toBe("blocked");
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it("fifty megabytes are imported in seconds", async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`p${index}`, { type: "string", description: "x".repeat(300) }]),
    );
    const schemas = Object.fromEntries(
      Array.from({ length: 1600 }, (_, index) => [`S${index}`, { type: "object", properties }]),
    );
    const components = { schemas };
    const text = JSON.stringify(
      documentOf(
        { oneOf: Object.keys(schemas).map((name) => ({ $ref: `#/components/schemas/${name}` })) },
        { components },
      ),
    );
    expect(text.length).toBeGreaterThan(50 * 2 ** 20);
    const began = performance.now();
    schemasOf({ "a.json": text });
    expect(performance.now() - began).toBeLessThan(20_000);
  }, 30_000);
});

function nested(levels: number): object {
  let schema: object = { type: "integer" };
  for (let level = 0; level < levels; level++) schema = { allOf: [schema] };
  return schema;
}

describe("through the product", () => {
  const openapi = documentOf({ type: "object", properties: { id: { type: "integer" } } });

  it("an inspector checks, and policy has a level for each kind, by vendor and by route", async () => {
    const folder = folderOf({ "api.json": openapi });
    const inspector = await createInspector({
      policy: { differences: { type: "report" } },
      vendors: {
        acme: {
          upstream: "https://acme.example",
          schemas: join(folder, "api.json"),
          policy: { differences: { "unknown-member": "sanitize" } },
          routes: [{ route: "/x", differences: { status: "block" } }],
        },
      },
    });
    const inspect = async (body: string, status = 200) => {
      const request = { url: "https://acme.example/x" };
      return await inspector.inspect({ vendor: "acme", request, status, contentType: "application/json", body });
    };
    expect(await inspect('{"id":"1"}')).toMatchObject({
      verdict: "pass",
      findings: [{ difference: { kind: "type" } }],
    });
    const sanitized = await inspect('{"id":1,"x":2}');
    expect([sanitized.verdict, Buffer.from(sanitized.body).toString()]).toEqual(["sanitized", '{"id":1}']);
    expect(await inspect("{}", 500)).toMatchObject({
      verdict: "blocked",
      findings: [{ difference: { kind: "status" } }],
    });
  });

  it("check says what was imported and repaired", () => {
    const bin = fileURLToPath(new URL("../../bin/lazaret.js", import.meta.url));
    const folder = folderOf({ "api.json": documentOf({ type: "int", minimum: "1" }) });
    const file = join(folder, "lazaret.yaml");
    const vendor =
      '{ upstream: "http://127.0.0.1:9", insecure: true, schemas: api.json, schemaImport: { lenient: true } }';
    writeFileSync(file, `vendors: { acme: ${vendor} }\n`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "check", "-c", file], { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, expect.stringContaining("schemas 1 operations of api.json (OpenAPI 3.0.3)")]);
    expect(stderr).toContain(`acme: api.json${SCHEMA}/type: "int" is not`);
    expect(stderr).toContain(`acme: api.json${SCHEMA}/minimum: "1" is not a number (lenient: it is taken for 1)`);
  }, 60_000);
});
