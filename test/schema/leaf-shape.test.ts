import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { Documents } from "../../src/inspect/schema/openapi/documents.ts";
import { leafShape } from "../../src/inspect/schema/openapi/leaf-shape.ts";
import { temporaryFolder } from "../support/vendor.ts";

const WORD = { type: "string", pattern: "^[A-Z]{2}-\\d+$" };
const ITEM = {
  type: "object",
  properties: {
    state: { type: "string", enum: ["open", "closed"] },
    since: { type: "string", format: "date-time" },
    code: { $ref: "#/components/schemas/Code" },
    short: { type: "string", maxLength: 12 },
    count: { type: "integer" },
    note: { type: "string" },
    loose: { type: "string", pattern: "." },
    page: { type: "string", format: "html" },
    tags: { type: "array", items: { $ref: "#/components/schemas/Code" } },
    either: { anyOf: [{ $ref: "#/components/schemas/Code" }, { type: "string" }] },
    both: { oneOf: [{ $ref: "#/components/schemas/Code" }, { type: "null" }] },
    more: { type: "object", additionalProperties: { type: "string", format: "uuid" } },
    parent: { $ref: "#/components/schemas/Item" },
    again: { $ref: "#/components/schemas/Again" },
  },
};
const SCHEMAS = { Code: WORD, Item: { allOf: [ITEM] }, Again: { $ref: "#/components/schemas/Again" } };
const DOCUMENT = {
  openapi: "3.1.0",
  paths: {
    "/items": {
      get: {
        responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } } } },
      },
    },
  },
  components: { schemas: SCHEMAS },
};

describe("what a document says of a value", () => {
  const documents = new Documents("", {}, new Map([["a.json", DOCUMENT]]));
  const root = documents.resolve("#/components/schemas/Item", documents.root("a.json"));
  if (typeof root === "string") throw new Error(root);
  const shape = (...path: (string | number)[]) => leafShape(documents, root, path);

  it.each([
    ["state"],
    ["since"],
    ["code"],
    ["short"],
    ["count"],
    ["tags", 3],
    ["both"],
    ["more", "x"],
    ["parent", "parent", "state"],
  ])("is that nobody writes there: %s", (...path) => expect(shape(...path)).toBe("structured"));

  it.each([
    ["note"],
    ["loose"],
    ["page"],
    ["either"],
    ["none"],
    ["parent", "note"],
    ["again"],
    ["state", "x"],
    ["tags", "x"],
  ])("is nothing where people may write, and where it says nothing: %s", (...path) =>
    expect(shape(...path)).toBeUndefined(),
  );

  it("is found out in no time for any path, in a schema that contains itself", () => {
    const name = fc.constantFrom("parent", "again", "tags", "either", "more", "__proto__", "constructor");
    fc.assert(
      fc.property(fc.array(fc.oneof(name, fc.nat({ max: 3 })), { maxLength: 64 }), (path) => {
        expect(["structured", undefined]).toContain(shape(...path));
      }),
    );
  });
});

describe("a match in a sentence", () => {
  const SENTENCE =
    "The scanner sent `1 UNION SELECT password FROM users` to the form and we would like to know why it did so.";

  async function verdictOf(field: string, paths: { path: string; as: "code" }[] = []) {
    const schemas = temporaryFolder();
    writeFileSync(join(schemas, "openapi.json"), JSON.stringify(DOCUMENT));
    const inspector = await createInspector({
      policy: { on: { schema: "report" }, antivirus: { engines: [] } },
      vendors: { acme: { upstream: "https://acme.example", schemas, schemaImport: { lenient: true }, paths } },
    });
    const request = { url: "/items", method: "GET" };
    const body = JSON.stringify({ [field]: SENTENCE });
    return await inspector.inspect({ vendor: "acme", request, contentType: "application/json", body });
  }

  it("is a quotation in a field for people, and an attack in one for programs", async () => {
    expect((await verdictOf("note")).verdict).toBe("pass");
    const { verdict, body } = await verdictOf("state");
    expect([verdict, JSON.parse(Buffer.from(body).toString())]).toEqual([
      "sanitized",
      { state: "[removed by lazaret]" },
    ]);
  });

  it("is what the configuration says of the path, whatever the document says", async () => {
    expect((await verdictOf("state", [{ path: "$.state", as: "code" }])).verdict).toBe("pass");
  });
});
