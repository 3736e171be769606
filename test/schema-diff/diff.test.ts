import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeDocument } from "../../src/learn/document.ts";
import { Learner } from "../../src/learn/learner.ts";
import { diffDocuments, type DocumentChange } from "../../src/schema-diff/diff.ts";
import { ApiDocument } from "../../src/schema-diff/document.ts";
import { lazaret } from "../support/command-line.ts";
import { learnedSchema, learnedValidator } from "../support/learned-validator.ts";
import { temporaryFolder } from "../support/vendor.ts";

function openApi(schema: unknown, more: object = {}, version = "3.1.0"): string {
  const content = { "application/json": { schema } };
  return JSON.stringify({
    openapi: version,
    paths: { "/items/{id}": { get: { responses: { 200: { content } } } } },
    ...more,
  });
}

function diff(before: string, after: string): DocumentChange[] {
  return diffDocuments({ before: new ApiDocument(before, "old"), after: new ApiDocument(after, "new") });
}

const short = (before: unknown, after: unknown): unknown[] =>
  diff(openApi(before), openApi(after)).map(({ path, kind, breaking }) => [path, kind, breaking]);

describe("two schemas of a response", () => {
  it.each([
    ["a type changed", { type: "string" }, { type: "integer" }, ["$", "type", true]],
    ["null came", { type: "string" }, { type: ["string", "null"] }, ["$", "type", true]],
    ["a number became whole", { type: "number" }, { type: "integer" }, ["$", "type", false]],
    ["a whole number did not stay so", { type: "integer" }, { type: "number" }, ["$", "type", true]],
    ["a value came", { enum: ["a"] }, { enum: ["a", "b"] }, ["$", "enum", true]],
    ["a value went", { enum: ["a", "b"] }, { enum: ["b"] }, ["$", "enum", false]],
    ["a range is wider", { maximum: 5 }, { maximum: 9 }, ["$", "range", true]],
    ["a range is narrower", { minLength: 1 }, { minLength: 2 }, ["$", "range", false]],
    ["a format went", { format: "uuid" }, {}, ["$", "format", true]],
    ["a pattern came", {}, { pattern: "^a" }, ["$", "format", false]],
    [
      "an alternative came",
      { oneOf: [{ type: "string" }] },
      { oneOf: [{ type: "string" }, { type: "null" }] },
      ["$", "alternative", true],
    ],
    ["an element changed", { items: { type: "string" } }, { items: { type: "boolean" } }, ["$[*]", "type", true]],
    ["a keyword that nobody can compare changed", { not: { const: 1 } }, { not: { const: 2 } }, ["$", "other", true]],
  ])("%s", (_, before, after, expected) => {
    expect(short(before, after)).toEqual([expected]);
  });

  it("members that came, went, or are no longer sure to come", () => {
    const member = { type: "string" };
    const before = { required: ["a", "b"], properties: { a: member, b: member, c: member, "d e": { type: "string" } } };
    const after = { required: ["c"], properties: { b: member, c: member, "d e": { type: "number" }, f: member } };
    expect(short(before, after)).toEqual([
      ["$.a", "missing", true],
      ["$.b", "missing", true],
      ["$['d e']", "type", true],
      ["$.c", "missing", false],
      ["$.f", "unknown-member", false],
    ]);
  });

  it("are followed through references and allOf, around circles too", () => {
    const schemas = (type: string) => ({
      components: {
        schemas: {
          Node: { properties: { next: { $ref: "#/components/schemas/Node" }, value: { type } } },
          Named: { allOf: [{ $ref: "#/components/schemas/Node" }, { properties: { name: { type: "string" } } }] },
        },
      },
    });
    const schema = {
      properties: { a: { $ref: "#/components/schemas/Named" }, b: { $ref: "#/components/schemas/Node" } },
    };
    const changes = diff(openApi(schema, schemas("string")), openApi(schema, schemas("boolean")));
    const paths = changes.map(({ path }) => path);
    expect(paths).toContain("$.a.value");
    expect(paths).toContain("$.b.value");
    expect(changes.every(({ kind, breaking }) => kind === "type" && breaking)).toBe(true);
  });

  it("nullable is null, in versions that say it so", () => {
    const nullable = openApi({ type: "string", nullable: true }, {}, "3.0.3");
    expect(diff(openApi({ type: "string" }), nullable)).toMatchObject([{ kind: "type", breaking: true }]);
    expect(diff(openApi({ type: ["string", "null"] }), nullable)).toEqual([]);
  });

  it("take no longer for thousands of references to each other", () => {
    const names = Array.from({ length: 60 }, (_, i) => `S${i}`);
    const properties = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/schemas/${name}` }]));
    const more = { components: { schemas: Object.fromEntries(names.map((name) => [name, { properties }])) } };
    expect(diff(openApi({ properties }, more), openApi({ properties }, more))).toEqual([]);
  });
});

describe("two documents", () => {
  const paths = (given: object): string => JSON.stringify({ openapi: "3.1.0", paths: given });
  const answers = (...statuses: number[]): object => ({
    responses: Object.fromEntries(statuses.map((status) => [status, { content: { "application/json": {} } }])),
  });

  it("routes, statuses and media types that came or went; the name of a parameter does not count", () => {
    const before = paths({ "/a/{id}": { get: answers(200, 404) }, "/b": { get: answers(200), post: answers(201) } });
    const after = paths({
      "/a/{key}": { get: answers(404, 410) },
      "/c": { get: answers(200) },
      "/b": { post: { responses: { 201: { content: { "text/csv": {} } } } } },
    });
    expect(diff(before, after).map(({ route, status, kind, breaking }) => [route, status, kind, breaking])).toEqual([
      ["GET /a/{id}", "200", "status", true],
      ["GET /b", undefined, "route", true],
      ["POST /b", "201", "media-type", true],
      ["GET /a/{key}", "410", "status", false],
      ["GET /c", undefined, "route", false],
      ["POST /b", "201", "media-type", false],
    ]);
  });

  it("Swagger 2.0 has its schemas elsewhere", () => {
    const swagger = (type: string): string =>
      JSON.stringify({
        swagger: "2.0",
        paths: { "/a": { get: { responses: { 200: { schema: { $ref: "#/definitions/A" } } } } } },
        definitions: { A: { type } },
      });
    expect(diff(swagger("string"), swagger("number"))).toMatchObject([{ kind: "type", breaking: true }]);
  });
});

it("what was accepted after no breaking difference was accepted before, but for members that came", () => {
  const body = fc.record(
    { id: fc.nat(), state: fc.constantFrom("open", "done", "lost"), note: fc.option(fc.string()), more: fc.anything() },
    { requiredKeys: ["id"] },
  );
  const bodies = fc.array(
    body.map((value): unknown => JSON.parse(JSON.stringify(value))),
    { minLength: 1, maxLength: 4 },
  );
  const learn = (values: readonly unknown[]): string => {
    const learner = new Learner("acme");
    for (let i = 0; i < 60; i++)
      for (const value of values)
        learner.add({ method: "GET", url: "/r", status: 200, mediaType: "application/json", json: { value } });
    return writeDocument(learner.learned());
  };
  let held = 0;
  fc.assert(
    fc.property(bodies, bodies, (first, second) => {
      const [before, after] = [learn(first), learn([...first.slice(1), ...second])];
      expect(diff(before, before)).toEqual([]);
      if (diff(before, after).some(({ breaking }) => breaking)) return;
      held++;
      const differences = learnedValidator(learnedSchema(before, { path: "/r" }));
      for (const value of second)
        expect(differences(value).filter(({ keyword }) => keyword !== "additionalProperties")).toEqual([]);
    }),
    {
      numRuns: 40,
      examples: [
        [
          [
            { id: 1, note: "a b" },
            { id: 2, note: "c" },
          ],
          [{ id: 2, note: "c d" }],
        ],
      ],
    },
  );
  expect(held).toBeGreaterThan(0);
});

describe("lazaret schema diff", () => {
  it("prints a table or JSON, and ends with 0, 10 or 20", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "old.json"), openApi({ properties: { id: { type: "integer" } } }));
    writeFileSync(join(cwd, "more.json"), openApi({ properties: { id: { type: "integer" }, name: {} } }));
    writeFileSync(join(cwd, "new.json"), openApi({ properties: { id: { type: "string" } } }));
    const run = async (...words: string[]) => await lazaret(["schema", "diff", ...words], { cwd });
    expect(await run("old.json", "old.json")).toMatchObject({ code: 0, stdout: "no differences\n" });
    expect(await run("old.json", "more.json")).toMatchObject({
      code: 10,
      stdout: expect.stringMatching(
        /^compatible {2}unknown-member {2}GET \/items\/\{id\} 200 \$\.name {2}is new\n1 differences, 0 of them breaking\n$/,
      ),
    });
    const { code, stdout } = await run("old.json", "new.json", "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([
      20,
      { breaking: 1, compatible: 0, changes: [{ kind: "type", path: "$.id", message: "may be string, was integer" }] },
    ]);
  });

  it("says what is wrong with a document", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "away.json"), openApi({ $ref: "other.yaml#/a" }));
    const { code, stderr } = await lazaret(["schema", "diff", "away.json", "none.yaml"], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^none\.yaml: cannot be read/)]);
    for (const [document, reason] of [
      [openApi({ $ref: "other.yaml#/a" }), "old: the reference other.yaml#/a leads out of the document"],
      [openApi({ $ref: "#/nowhere" }), "old: the reference #/nowhere leads nowhere"],
      [openApi({ $ref: "#/a" }, { a: { $ref: "#/a" } }), "old: the reference #/a leads to itself"],
      ["just: text", "old: expected an OpenAPI document"],
      ["a: [", "old: "],
    ] as const)
      expect(() => diff(document, openApi(true))).toThrow(reason);
  });
});
