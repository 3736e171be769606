import { describe, expect, it } from "vitest";
import { checkerOf, kindsOf, schemasOf } from "../support/schema-check.ts";

const PET = {
  type: "object",
  required: ["id", "name", "secret"],
  properties: {
    id: { type: "integer", format: "int64", minimum: 0, exclusiveMinimum: true, readOnly: true },
    name: { type: "string", maxLength: 10 },
    secret: { type: "string", writeOnly: true },
    born: { type: "string", format: "date", nullable: true },
    state: { type: "string", enum: ["sold", "free"], nullable: true },
    parent: { $ref: "#/components/schemas/Pet" },
    picture: { type: "string", format: "byte" },
  },
};

function json(schema: object) {
  return { description: "", content: { "application/json": { schema } } };
}

/** A document of version 3.0 with these paths and schemas. */
function openApi(paths: object, schemas: object = {}, more: object = {}) {
  return { openapi: "3.0.3", info: { title: "t", version: "1" }, paths, components: { schemas }, ...more };
}

function check(schema: object, schemas: object = {}, version = "3.0.3") {
  const document = openApi({ "/x": { get: { responses: { 200: json(schema) } } } }, schemas, { openapi: version });
  return async (value: unknown) => kindsOf(await checkerOf(schemasOf({ "api.json": document }))("/x", value));
}

describe("OpenAPI 3.0", () => {
  const document = openApi(
    { "/pets/{id}": { get: { responses: { 200: json({ $ref: "#/components/schemas/Pet" }) } } } },
    { Pet: PET },
  );
  const at = checkerOf(schemasOf({ "api.json": document }));

  it("says each difference with its kind, route and place", async () => {
    const good = { id: 1, name: "a", born: null, state: null, parent: { id: 2, name: "b" }, picture: "aGk=" };
    expect(await at("https://api.example/pets/1?x=y", good)).toMatchObject({ verdict: "pass", findings: [] });
    const bad = await at("/pets/1", {
      id: 0,
      born: "1.2.2020",
      state: "new",
      parent: { id: 2, name: 7 },
      picture: "?",
    });
    expect(bad.verdict).toBe("blocked");
    expect(kindsOf(bad)).toEqual([
      "enum $['state']",
      "format $['born']",
      "format $['picture']",
      "missing $",
      "range $['id']",
      "type $['parent']['name']",
    ]);
    expect(bad.findings.find(({ kind }) => kind === "type")?.difference).toEqual({
      kind: "type",
      route: "GET /pets/{id}",
      schema: "api.json#/components/schemas/Pet/properties/name/type",
    });
  });

  it("says and strips what is only to be written, which is not required of a response", async () => {
    const leak = await at("/pets/1", '{"id":1,"name":"a","secret":"s"}');
    expect([leak.verdict, ...kindsOf(leak)]).toEqual(["blocked", "write-only $['secret']"]);
    const strip = checkerOf(schemasOf({ "api.json": document }), { "write-only": "sanitize" });
    expect(await strip("/pets/1", '{"id":1,"name":"a","secret":"s"}')).toMatchObject({
      verdict: "sanitized",
      body: '{"id":1,"name":"a"}',
    });
  });

  it("reads nullable beside a reference, a union or an enumeration as meant", async () => {
    const nullable = check(
      { type: "object", properties: { a: { nullable: true, allOf: [{ $ref: "#/components/schemas/S" }] } } },
      { S: { type: "string" } },
    );
    expect(await nullable({ a: null })).toEqual([]);
    expect(await nullable({ a: "x" })).toEqual([]);
    expect(await nullable({ a: 1 })).toEqual(["type $['a']"]);
  });

  it("reads nullable beside a reference alone", async () => {
    const nullable = check(
      { type: "object", properties: { a: { $ref: "#/components/schemas/S", nullable: true } } },
      { S: { type: "string" } },
    );
    expect(await nullable({ a: null })).toEqual([]);
    expect(await nullable({ a: 1 })).toEqual(["type $['a']"]);
  });

  it("multiples are those of the decimals that are written", async () => {
    const cents = check({ type: "array", items: { type: "number", multipleOf: 0.01 } });
    expect(await cents([19.99, 0.07, 4.35, -4.35, 12345678901.23, 1e22, 0])).toEqual([]);
    expect(await cents([19.995, 1e-7, 0.001])).toEqual(["range $[0]", "range $[1]", "range $[2]"]);
    expect(await check({ type: "number", multipleOf: 3 })(2 ** 53)).toEqual(["range $"]);
  });

  it("what is only to be written is not required of a response, wherever a part of the object says so", async () => {
    const composed = check(
      { allOf: [{ $ref: "#/components/schemas/Base" }, { type: "object", required: ["name", "secret"] }] },
      {
        Base: {
          type: "object",
          properties: { name: {}, secret: { allOf: [{ $ref: "#/components/schemas/Secret" }] } },
        },
        Secret: { type: "string", writeOnly: true },
      },
    );
    expect(await composed({ name: "a" })).toEqual([]);
    expect(await composed({})).toEqual(["missing $"]);
    expect(await composed({ name: "a", secret: "s" })).toEqual(["write-only $['secret']"]);
  });

  it("reads a mapping that names a schema of another file, and what an alternative says itself of the member", async () => {
    const dog = { type: "object", properties: { kind: { type: "string" }, barks: { type: "boolean" } } };
    const union = {
      oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "./pets.json#/Dog" }],
      discriminator: { propertyName: "kind", mapping: { dog: "pets.json#/Dog" } },
    };
    const base = { type: "object", properties: { kind: { enum: ["cat", "dog"] } } };
    const cat = { allOf: [base, { properties: { kind: { const: "cat" }, lives: { type: "integer" } } }] };
    const mapped = openApi({ "/x": { get: { responses: { 200: json(union) } } } }, { Cat: cat }, { openapi: "3.1.0" });
    const told = checkerOf(schemasOf({ "api.json": mapped, "pets.json": { Dog: dog } }));
    expect(kindsOf(await told("/x", { kind: "dog", barks: true }))).toEqual([]);
    expect(kindsOf(await told("/x", { kind: "dog", barks: 1 }))).toEqual(["type $['barks']"]);
    expect(kindsOf(await told("/x", { kind: "cat", lives: 9 }))).toEqual([]);
    expect(kindsOf(await told("/x", { kind: "cow" }))).toEqual(["enum $['kind']"]);
  });

  it("tells alternatives apart by their discriminator, by type, or says that none holds", async () => {
    const schemas = {
      Cat: {
        type: "object",
        required: ["kind", "lives"],
        properties: { kind: { type: "string" }, lives: { type: "integer" } },
      },
      Dog: { type: "object", required: ["kind"], properties: { kind: { type: "string" }, barks: { type: "boolean" } } },
    };
    const oneOf = [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }];
    const mapping = { cat: "#/components/schemas/Cat", dog: "#/components/schemas/Dog" };
    const told = check({ oneOf, discriminator: { propertyName: "kind", mapping } }, schemas);
    expect(await told({ kind: "cat", lives: 9 })).toEqual([]);
    expect(await told({ kind: "cat", lives: "9" })).toEqual(["type $['lives']"]);
    expect(await told({ kind: "cow" })).toEqual(["enum $['kind']"]);
    expect(await told({ lives: 1 })).toEqual(["missing $"]);
    const typed = check({ anyOf: [{ type: "string", maxLength: 2 }, { $ref: "#/components/schemas/Cat" }] }, schemas);
    expect(await typed({ kind: "cat" })).toEqual(["missing $"]);
    expect(await typed('"abc"')).toEqual(["range $"]);
    expect(await typed(1)).toEqual(["type $"]);
    const untold = check({
      anyOf: [
        { type: "object", required: ["a"] },
        { type: "object", required: ["b"] },
      ],
    });
    expect(await untold({ c: 1 })).toEqual(["alternative $"]);
  });
});

describe("a schema that others extend", () => {
  const pet = (more: object) => ({
    Pet: {
      type: "object",
      required: ["kind"],
      properties: { kind: { type: "string" }, friend: { $ref: "#/components/schemas/Pet" } },
      ...more,
    },
    Cat: {
      allOf: [{ $ref: "#/components/schemas/Pet" }, { required: ["lives"], properties: { lives: { maximum: 9 } } }],
    },
    Siamese: { allOf: [{ $ref: "#/components/schemas/Cat" }, { properties: { points: { type: "string" } } }] },
    Dog: { properties: { bark: { type: "string" } }, allOf: [{ $ref: "#/components/schemas/Pet" }] },
  });
  const body = { $ref: "#/components/schemas/Pet" };

  it("is checked as the one that its discriminator names: by mapping, else by name, inside others too", async () => {
    const mapping = { propertyName: "kind", mapping: { cat: "#/components/schemas/Cat", tabby: "Cat" } };
    const pets = check(body, pet({ discriminator: mapping }));
    expect(await pets({ kind: "cat" })).toEqual(["missing $"]);
    expect(await pets({ kind: "tabby", lives: 10 })).toEqual(["range $['lives']"]);
    expect(await pets({ kind: "Siamese", lives: 1, points: 2 })).toEqual(["type $['points']"]);
    expect(await pets({ kind: "Dog", bark: "x", friend: { kind: "Dog", bark: 1 } })).toEqual([
      "type $['friend']['bark']",
    ]);
    // Cat is mapped, so its name means nothing; what nobody named is only a pet.
    expect(await pets({ kind: "Cat" })).toEqual([]);
    expect(await pets({ kind: "Bird" })).toEqual([]);
  });

  it("knows the members of the one that is named, where others are told", async () => {
    const document = openApi(
      { "/x": { get: { responses: { 200: json(body) } } } },
      pet({ discriminator: { propertyName: "kind" } }),
    );
    const at = checkerOf(schemasOf({ "api.json": document }), { "unknown-member": "block" });
    const differences = async (value: object) => kindsOf(await at("/x", value));
    expect(await differences({ kind: "Siamese", lives: 1, points: "brown" })).toEqual([]);
    expect(await differences({ kind: "Dog", bark: "x", lives: 1 })).toEqual(["unknown-member $['lives']"]);
  });

  it("is so in Swagger 2.0, whose discriminator is a name, with the values that Azure gives", async () => {
    const document = {
      swagger: "2.0",
      info: { title: "t", version: "1" },
      paths: { "/x": { get: { responses: { 200: { description: "", schema: { $ref: "#/definitions/Base" } } } } } },
      definitions: {
        Base: { type: "object", discriminator: "kind", properties: { kind: { type: "string" } } },
        A: {
          "x-ms-discriminator-value": "Type/A",
          allOf: [{ $ref: "#/definitions/Base" }, { properties: { a: { type: "integer" } } }],
        },
      },
    };
    const at = checkerOf(schemasOf({ "api.json": document }));
    expect(kindsOf(await at("/x", { kind: "Type/A", a: "1" }))).toEqual(["type $['a']"]);
    expect(kindsOf(await at("/x", { kind: "A", a: "1" }))).toEqual([]);
  });
});

it("what one schema adds to another that it refers to, others that refer to that do not know", async () => {
  const part = (name: string) => ({
    allOf: [{ $ref: "#/components/schemas/Part" }, { type: "object", properties: { [name]: {} } }],
  });
  const document = openApi(
    {
      "/a": { get: { responses: { 200: json(part("a")) } } },
      "/b": { get: { responses: { 200: json(part("b")) } } },
    },
    { Part: { type: "object", properties: { id: {} } } },
  );
  const at = checkerOf(schemasOf({ "api.json": document }), { "unknown-member": "block" });
  expect(kindsOf(await at("/a", { id: 1, a: 1 }))).toEqual([]);
  expect(kindsOf(await at("/b", { id: 1, b: 1, a: 1 }))).toEqual(["unknown-member $['a']"]);
});

describe("OpenAPI 3.1 and Swagger 2.0", () => {
  it("3.1 is JSON Schema 2020-12: lists of types, const, tuples, keywords beside a reference", async () => {
    const schema = {
      type: ["object", "null"],
      properties: {
        a: { const: 1 },
        b: { prefixItems: [{ type: "string" }], items: false },
        c: { $ref: "#/components/schemas/N", maximum: 5 },
        d: { type: "number", exclusiveMinimum: 0 },
      },
    };
    const at = check(schema, { N: { type: "number" } }, "3.1.0");
    expect(await at(null)).toEqual([]);
    expect(await at({ a: 1, b: ["x"], c: 5, d: 0.1 })).toEqual([]);
    expect(await at({ a: 2, b: ["x", 1], c: 6, d: 0 })).toEqual([
      "enum $['a']",
      "range $['b']",
      "range $['c']",
      "range $['d']",
    ]);
  });

  it("2.0 has a base path, media types apart from schemas, and fields typed where they stand", async () => {
    const document = {
      swagger: "2.0",
      info: { title: "t", version: "1" },
      basePath: "/v2",
      produces: ["application/json"],
      paths: {
        "/n": {
          get: {
            responses: {
              200: {
                description: "",
                schema: { $ref: "#/definitions/N" },
                headers: { "X-Left": { type: "integer", minimum: 0 } },
              },
            },
          },
        },
        "/file": {
          get: { produces: ["text/plain"], responses: { 200: { description: "", schema: { type: "file" } } } },
        },
      },
      definitions: { N: { type: "object", properties: { n: { type: "number", "x-nullable": true } } } },
    };
    const at = checkerOf(schemasOf({ "api.json": document }));
    expect(kindsOf(await at("/v2/n", { n: null }, { headers: [["X-Left", "7"]] }))).toEqual([]);
    expect(kindsOf(await at("/v2/n", { n: "1" }, { headers: [["x-left", "-7"]] }))).toEqual([
      "range header:x-left",
      "type $['n']",
    ]);
    expect(kindsOf(await at("/v2/file", "plain", { contentType: "text/plain" }))).toEqual([]);
  });
});

describe("OpenAPI 3.2", () => {
  it("knows methods of a document's own, its own name, and a mapping for whatever else there is", async () => {
    const self = "https://acme.example/api.json";
    const union = {
      oneOf: [{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/Other" }],
      discriminator: { propertyName: "kind", defaultMapping: "Other" },
    };
    const responses = { 200: json({ $ref: `${self}#/components/schemas/U` }) };
    const document = openApi(
      { "/x": { get: { responses }, additionalOperations: { COPY: { responses } } } },
      {
        U: union,
        A: { type: "object", required: ["kind", "a"], properties: { a: { type: "integer" } } },
        Other: { type: "object", required: ["b"], properties: { b: { type: "integer" } } },
      },
      { openapi: "3.2.0", $self: self },
    );
    const at = checkerOf(schemasOf({ "api.json": document }), { route: "block" });
    expect(kindsOf(await at("/x", { kind: "A", a: 1 }))).toEqual([]);
    expect(kindsOf(await at("/x", { kind: "new", b: 1 }))).toEqual([]);
    expect(kindsOf(await at("/x", { b: 1 }))).toEqual([]);
    expect(kindsOf(await at("/x", { kind: "A", a: "1" }, { method: "COPY" }))).toEqual(["alternative $"]);
  });
});

describe("what holds for a response is chosen", () => {
  it("by status: exact, then its class, then default; by media type, its family, any; JSON of any name is JSON", async () => {
    const type = (name: string) => ({ schema: { type: name } });
    const responses = {
      200: { description: "", content: { "application/json": type("object"), "text/*": {} } },
      "2XX": { description: "", content: { "application/vnd.acme+json; version=1": type("array") } },
      default: { description: "", content: { "*/*": type("string") } },
      204: { description: "" },
    };
    const at = checkerOf(schemasOf({ "api.json": openApi({ "/x": { get: { responses } } }) }));
    expect(kindsOf(await at("/x", {}))).toEqual([]);
    expect(kindsOf(await at("/x", {}, { contentType: "application/problem+json; charset=utf-8" }))).toEqual([]);
    expect(kindsOf(await at("/x", "hello", { contentType: "text/plain" }))).toEqual([]);
    expect(kindsOf(await at("/x", "a,b", { contentType: "application/csv" }))).toEqual(["media-type "]);
    expect(kindsOf(await at("/x", {}, { status: 201 }))).toEqual(["type $"]);
    expect(kindsOf(await at("/x", {}, { status: 404 }))).toEqual(["type $"]);
    expect(kindsOf(await at("/x", "", { status: 204 }))).toEqual([]);
  });

  it("by the parameters of its media type, where the document tells contents apart by them", async () => {
    const needs = (name: string) => ({ schema: { type: "object", required: [name] } });
    const content = { "application/json; v=1": needs("one"), 'application/json;V="2"': needs("two") };
    const responses = { 200: { description: "", content } };
    const at = checkerOf(schemasOf({ "api.json": openApi({ "/x": { get: { responses } } }) }));
    const sent = async (contentType: string, body: object) => kindsOf(await at("/x", body, { contentType }));
    expect(await sent("application/json; charset=utf-8; v=2", { two: 2 })).toEqual([]);
    expect(await sent("application/json;v=2", { one: 1 })).toEqual(["missing $"]);
    expect(await sent("application/json;v=1", { one: 1 })).toEqual([]);
    expect(await sent("application/json", { one: 1 })).toEqual([]);
  });

  it("by paths whose parameter may span segments, where the document says so", async () => {
    const parameters = [{ name: "path", in: "path", required: true, "x-multi-segment": true }];
    const paths = { "/files/{path}": { parameters, get: { responses: { 200: json({ type: "string" }) } } } };
    const at = checkerOf(schemasOf({ "api.json": openApi(paths) }));
    expect((await at("/files/a/b/c", {})).findings[0]?.difference?.route).toBe("GET /files/{path}");
  });

  it("and routes and statuses that are not declared are told where policy says so", async () => {
    const schemas = schemasOf({ "api.json": openApi({ "/x": { get: { responses: { 200: json({}) } } } }) });
    const silent = checkerOf(schemas);
    expect(kindsOf(await silent("/y", {}))).toEqual([]);
    expect(kindsOf(await silent("/x", {}, { status: 500 }))).toEqual([]);
    const strict = checkerOf(schemas, { route: "block", status: "report" });
    expect(await strict("/y", {})).toMatchObject({ verdict: "blocked", findings: [{ kind: "route" }] });
    expect(await strict("/x", {}, { method: "POST" })).toMatchObject({ verdict: "blocked" });
    expect(await strict("/x", {}, { status: 500 })).toMatchObject({
      verdict: "pass",
      findings: [{ difference: { kind: "status", route: "GET /x", schema: "api.json#/paths/~1x/get/responses" } }],
    });
  });

  it("header fields that are required are missed, and read as the type that is declared", async () => {
    const headers = {
      "X-Id": { required: true, schema: { type: "string", format: "uuid" } },
      "X-Flag": { schema: { type: "boolean" } },
      "X-List": { schema: { type: "array", items: { type: "string", maxLength: 1 } } },
    };
    const responses = { 200: { description: "", headers } };
    const at = checkerOf(schemasOf({ "api.json": openApi({ "/x": { get: { responses } } }) }));
    const id = "7d444840-9dc0-11d1-b245-5ffdce74fad2";
    expect(
      kindsOf(
        await at("/x", "", {
          headers: [
            ["x-id", id],
            ["X-Flag", "true"],
            ["X-List", "a, b"],
          ],
        }),
      ),
    ).toEqual([]);
    expect(
      kindsOf(
        await at("/x", "", {
          headers: [
            ["X-Flag", "7"],
            ["X-List", "a,bb"],
          ],
        }),
      ),
    ).toEqual(["missing headers", "range header:x-list", "type header:x-flag"]);
  });
});

describe("header fields with several values", () => {
  const headers = {
    "X-One": { schema: { type: "integer", maximum: 9 } },
    "X-Ids": { schema: { type: "array", items: { type: "integer", maximum: 9 } } },
    "X-Meta": { schema: { type: "object", required: ["a"], properties: { a: { type: "integer" } } } },
  };
  const at = checkerOf(
    schemasOf({ "api.json": openApi({ "/x": { get: { responses: { 200: { description: "", headers } } } } }) }),
  );
  const sent = async (name: string, value: string) => kindsOf(await at("/x", "", { headers: [[name, value]] }));

  it("are lists of numbers or objects where that is declared", async () => {
    expect(await sent("X-Ids", "1, 2,3")).toEqual([]);
    expect(await sent("X-Ids", "7")).toEqual([]);
    expect(await sent("X-Ids", "1,10")).toEqual(["range header:x-ids"]);
    expect(await sent("X-Ids", "a")).toEqual(["type header:x-ids"]);
    expect(await sent("X-Meta", "a,5,b,x")).toEqual([]);
    expect(await sent("X-Meta", "a=5,b=x")).toEqual([]);
    expect(await sent("X-Meta", "b=5")).toEqual(["missing header:x-meta"]);
  });

  it("are checked in every field of that name, or as one list", async () => {
    const twice = async (name: string, ...values: string[]) =>
      kindsOf(await at("/x", "", { headers: values.map((value) => [name, value] as const) }));
    expect(await twice("X-One", "5", "5")).toEqual([]);
    expect(await twice("X-One", "5", "500", "x")).toEqual(["range header:x-one", "type header:x-one"]);
    expect(await twice("X-Ids", "1", "2, 3")).toEqual([]);
    expect(await twice("X-Ids", "1", "2, 10")).toEqual(["range header:x-ids"]);
    expect(await twice("X-Meta", "b=5", "a=5")).toEqual([]);
  });

  it("are parted as Swagger 2.0 says", async () => {
    const fields = { "X-Ids": { type: "array", collectionFormat: "pipes", items: { type: "integer" } } };
    const document = {
      swagger: "2.0",
      info: { title: "t", version: "1" },
      paths: { "/x": { get: { responses: { 200: { description: "", headers: fields } } } } },
    };
    const piped = checkerOf(schemasOf({ "api.json": document }));
    expect(kindsOf(await piped("/x", "", { headers: [["X-Ids", "1|2"]] }))).toEqual([]);
    expect(kindsOf(await piped("/x", "", { headers: [["X-Ids", "1,2"]] }))).toEqual(["type header:x-ids"]);
  });
});

describe("levels of enforcement", () => {
  const schema = {
    type: "object",
    required: ["id"],
    properties: { id: { type: "integer" }, note: { type: "string", enum: ["a"] }, free: { type: "object" } },
  };
  const files = { "api.json": openApi({ "/x": { get: { responses: { 200: json(schema) } } } }) };

  it("unknown members pass where the document says nothing, and are stripped, told or blocked where policy does", async () => {
    const body = '{"id":1, "more":{"x":1}, "free":{"any":1}}';
    expect(await checkerOf(schemasOf(files))("/x", body)).toMatchObject({ verdict: "pass", findings: [] });
    const withLevel = async (level: "allow" | "report" | "sanitize" | "block") =>
      await checkerOf(schemasOf(files), { "unknown-member": level })("/x", body);
    expect(await withLevel("allow")).toMatchObject({ verdict: "pass", findings: [] });
    expect(await withLevel("report")).toMatchObject({
      verdict: "pass",
      findings: [{ kind: "unknown-member", at: "$['more']" }],
    });
    expect(await withLevel("block")).toMatchObject({ verdict: "blocked" });
    expect(await withLevel("sanitize")).toMatchObject({ verdict: "sanitized", body: '{"id":1, "free":{"any":1}}' });
  });

  it("a member that differs is stripped where that makes the rest valid, and blocks where it does not", async () => {
    const at = checkerOf(schemasOf(files), { enum: "sanitize", type: "sanitize" });
    expect(await at("/x", '{"id":1,"note":"b"}')).toMatchObject({ verdict: "sanitized", body: '{"id":1}' });
    expect(await at("/x", '{"id":"1","note":"a"}')).toMatchObject({ verdict: "blocked" });
  });

  it("each kind has its own: one is let through, one told, the rest as the category says", async () => {
    const at = checkerOf(schemasOf(files), { enum: "allow", missing: "report" });
    expect(await at("/x", { note: "b" })).toMatchObject({
      verdict: "pass",
      findings: [{ kind: "missing", action: "report" }],
    });
    expect(await at("/x", { note: 1 })).toMatchObject({ verdict: "blocked" });
  });

  it("members of the alternative that is meant are known, even where it does not hold; others are not", async () => {
    const one = {
      type: "object",
      properties: { kind: { enum: ["one"] }, a: { type: "integer" }, b: { type: "string" } },
    };
    const oneOf = [{ $ref: "#/components/schemas/One" }];
    const union = { oneOf, discriminator: { propertyName: "kind", mapping: { one: "#/components/schemas/One" } } };
    const document = openApi({ "/x": { get: { responses: { 200: json(union) } } } }, { One: one });
    const at = checkerOf(schemasOf({ "api.json": document }), { "unknown-member": "block", type: "report" });
    expect(kindsOf(await at("/x", { kind: "one", a: "1", b: "x" }))).toEqual(["type $['a']"]);
    expect(await at("/x", { kind: "one", a: "1", c: "x" })).toMatchObject({ verdict: "blocked" });
    const loose = openApi({
      "/x": { get: { responses: { 200: json({ anyOf: [one, { ...one, required: ["d"] }] }) } } },
    });
    const lax = checkerOf(schemasOf({ "api.json": loose }), { "unknown-member": "block", alternative: "report" });
    expect(await lax("/x", { a: "1", c: "x" })).toMatchObject({ verdict: "blocked" });
  });

  it("an object whose discriminator says that others extend it is not closed", async () => {
    const pet = { type: "object", discriminator: { propertyName: "kind" }, properties: { kind: { type: "string" } } };
    const cat = { allOf: [{ $ref: "#/components/schemas/Pet" }, { properties: { lives: { type: "integer" } } }] };
    const responses = { 200: json({ type: "object", properties: { pet: { $ref: "#/components/schemas/Pet" } } }) };
    const document = openApi({ "/x": { get: { responses } } }, { Pet: pet, Cat: cat });
    const at = checkerOf(schemasOf({ "api.json": document }), { "unknown-member": "sanitize" });
    const body = '{"pet":{"kind":"Cat","lives":9}}';
    expect(await at("/x", body)).toMatchObject({ verdict: "pass", body });
    expect(await at("/x", '{"pet":{},"more":1}')).toMatchObject({ verdict: "sanitized", body: '{"pet":{}}' });
  });

  it("composed objects know the members of all their parts", async () => {
    const composed = {
      allOf: [{ $ref: "#/components/schemas/A" }, { type: "object", properties: { b: { type: "integer" } } }],
    };
    const schemas = { A: { type: "object", properties: { a: { $ref: "#/components/schemas/A" } } } };
    const document = openApi({ "/x": { get: { responses: { 200: json(composed) } } } }, schemas);
    const at = checkerOf(schemasOf({ "api.json": document }), { "unknown-member": "sanitize" });
    expect(await at("/x", '{"a":{"a":{}},"b":1}')).toMatchObject({ verdict: "pass" });
    expect(await at("/x", '{"a":{"a":{"b":1}},"b":1,"c":2}')).toMatchObject({
      verdict: "sanitized",
      body: '{"a":{"a":{}},"b":1}',
    });
  });
});
