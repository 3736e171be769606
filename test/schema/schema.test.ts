import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { temporaryFolder } from "../support/vendor.ts";

const ITEM = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  required: ["id"],
  additionalProperties: false,
  properties: {
    id: { type: "integer", minimum: 1 },
    mail: { type: "string", format: "email" },
    code: { type: "string", pattern: "^(a+)+$" },
    tags: { type: "array", items: { $ref: "defs/tag.json" } },
  },
};

function folder(files: Record<string, unknown>): string {
  const made = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(made, name, ".."), { recursive: true });
    writeFileSync(join(made, name), typeof content === "string" ? content : JSON.stringify(content, undefined, 2));
  }
  return made;
}

const FILES = {
  "item.json": ITEM,
  "defs/tag.json": { type: "object", properties: { name: { type: "string" } }, additionalProperties: false },
  "error.yaml": "$schema: http://json-schema.org/draft-07/schema#\ntype: object\nrequired: [error]\n",
  "routes.yaml": [
    "GET /items/{id}: { 200: item.json, 4XX: error.yaml }",
    "GET /items/special: { default: error.yaml }",
    "/any: item.json",
  ].join("\n"),
};

async function check(files: Record<string, unknown>, policy: object = {}) {
  const schemas = folder(files);
  const inspector = await createInspector({ vendors: { acme: { upstream: "https://acme.example", schemas, policy } } });
  return async (url: string, body: string, status = 200, contentType = "application/json") => {
    const verdict = await inspector.inspect({ vendor: "acme", request: { url }, status, contentType, body });
    const findings = verdict.findings.map(({ rule, location, evidence }) => [rule, location.path, evidence]);
    return { verdict: verdict.verdict, findings, text: Buffer.from(verdict.body).toString() };
  };
}

describe("a response of a route with a schema", () => {
  it("passes where it matches, and is blocked with each difference where it does not", async () => {
    const at = await check(FILES);
    const good = '{ "id": 7, "mail": "a@b.example", "tags": [ { "name": "x" } ] }';
    expect(await at("/items/7?page=2", good)).toEqual({ verdict: "pass", findings: [], text: good });
    const bad = await at("/items/7", '{"mail":"none","id":0,"tags":[{"name":1}],"x":true}');
    expect(bad.verdict).toBe("blocked");
    expect(bad.findings.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1))).toEqual([
      ["lazaret/schema/additionalProperties", "$['x']", "x"],
      ["lazaret/schema/format", "$['mail']", '"none"'],
      ["lazaret/schema/minimum", "$['id']", "0"],
      ["lazaret/schema/type", "$['tags'][0]['name']", "1"],
    ]);
  });

  it("is said to machines by kind of difference, route and place in the schemas", async () => {
    const schemas = folder(FILES);
    const inspector = await createInspector({ vendors: { acme: { upstream: "https://acme.example", schemas } } });
    const differences = async (body: string, contentType = "application/json") => {
      const exchange = { vendor: "acme", request: { url: "/items/7" }, contentType, body };
      return (await inspector.inspect(exchange)).findings.map(({ difference }) => difference);
    };
    const route = "GET /items/{id}";
    expect(await differences('{"id":"7","x":1,"mail":"?","tags":[{"name":1}]}')).toEqual([
      { kind: "unknown-member", route, schema: "item.json#/additionalProperties" },
      { kind: "type", route, schema: "item.json#/properties/id/type" },
      { kind: "format", route, schema: "item.json#/properties/mail/format" },
      { kind: "type", route, schema: "defs/tag.json/properties/name/type" },
    ]);
    expect(await differences('{"id":0}')).toMatchObject([{ kind: "range" }]);
    expect(await differences("{}")).toMatchObject([{ kind: "missing" }]);
    expect(await differences("<p></p>", "text/html")).toEqual([{ kind: "media-type", route, schema: "item.json" }]);
  });

  it("is chosen by method, path and status, the special before the general", async () => {
    const at = await check(FILES);
    expect((await at("/items/7", '{"error":1}', 404)).verdict).toBe("pass");
    expect((await at("/items/7", "{}", 404)).verdict).toBe("blocked");
    expect((await at("/items/7", "{}", 500)).verdict).toBe("pass");
    expect((await at("/items/special", '{"error":1}')).verdict).toBe("pass");
    expect((await at("/other", "{}")).verdict).toBe("pass");
    expect((await at("/any", "{}", 201)).verdict).toBe("blocked");
    expect((await at("/items/7", "", 204)).verdict).toBe("pass");
  });

  it("loses its unknown members where policy sanitizes, however deep, and nothing else changes", async () => {
    const at = await check(FILES, { on: { schema: "sanitize" } });
    const stripped = await at("/items/7", '{"id": 7, "x": {"y": [1]},\n "tags": [ {"name": "a", "z": 2}, {"q": 1} ]}');
    expect([stripped.verdict, stripped.text]).toEqual(["sanitized", '{"id": 7,\n "tags": [ {"name": "a"}, {} ]}']);
    expect((await at("/items/7", '{"id": "7", "x": 1}')).verdict).toBe("blocked");
  });

  it("is only reported where policy reports", async () => {
    const at = await check(FILES, { on: { schema: "report" } });
    expect(await at("/items/7", '{"id":"7"}')).toMatchObject({ verdict: "pass", text: '{"id":"7"}' });
  });

  it("has to be JSON", async () => {
    const at = await check(FILES);
    expect((await at("/items/7", "<p>maintenance</p>", 200, "text/html")).findings).toEqual([
      ["lazaret/schema/format", "", "text/html"],
    ]);
  });

  it("is checked in time linear in its length, whatever the pattern", async () => {
    const at = await check(FILES);
    expect((await at("/items/7", JSON.stringify({ id: 1, code: `${"a".repeat(50_000)}!` }))).findings).toMatchObject([
      ["lazaret/schema/pattern", "$['code']", expect.any(String)],
    ]);
  });

  it("says of alternatives that none holds, not what each wanted", async () => {
    const at = await check({
      "routes.yaml": "/x: one.json",
      "one.json": { oneOf: [{ type: "string" }, { type: "object", required: ["a"] }] },
    });
    expect((await at("/x", "{}")).findings).toEqual([["lazaret/schema/oneOf", "$", "an object"]]);
  });
});

describe("a folder that cannot be used is an error with file and line", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["no routes.yaml", { "a.json": {} }, "routes.yaml: is missing"],
    ["a schema that does not parse", { ...FILES, "item.json": '{\n "type": \n' }, "item.json:"],
    [
      "a keyword's value",
      { ...FILES, "item.json": '{\n  "type": "object",\n  "required": 7\n}' },
      "item.json:3: /required must be array",
    ],
    ["a misspelt keyword", { ...FILES, "item.json": '{ "requried": ["id"] }' }, 'unknown keyword: "requried"'],
    ["a reference", { ...FILES, "item.json": '{ "$ref": "none.json" }' }, "none.json"],
    ["a file that is not there", { ...FILES, "routes.yaml": "a: b\n" }, 'routes.yaml:1: "a" is not a route'],
    ["a route's file", { ...FILES, "routes.yaml": "# x\n/a: b.json\n" }, "routes.yaml:2: there is no schema b.json"],
    ["a status", { ...FILES, "routes.yaml": "/a: { ok: item.json }\n" }, '"ok" is no status'],
    ["a pattern", { ...FILES, "item.json": '{ "pattern": "(?=x)" }' }, "item.json"],
  ])("%s", async (_name, files, message) => {
    await expect(check(files)).rejects.toThrow(message);
  });

  it("and stops check, which says so on one line", () => {
    const made = folder({
      ...FILES,
      "item.json": '{\n  "type": 7\n}',
      "lazaret.yaml": "vendors: { acme: { upstream: https://acme.example, schemas: . } }\n",
    });
    const bin = fileURLToPath(new URL("../../bin/lazaret.js", import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [bin, "check", "-c", join(made, "lazaret.yaml")], {
      encoding: "utf8",
    });
    expect([status, stderr.trim().split("\n").length]).toEqual([2, 1]);
    expect(stderr).toContain("item.json:2: /type ");
  });
});
