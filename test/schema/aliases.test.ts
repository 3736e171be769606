import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadConfigText } from "../../src/config/load.ts";
import { checkAliases } from "../../src/core/aliases.ts";
import { lazaret } from "../support/command-line.ts";
import { folderOf, schemasOf } from "../support/schema-check.ts";

const LOOP = "&a { type: object, properties: { b: *a } }";
const ITSELF = "an alias stands for something that contains it";

/** A list of lists that aliases make of hundreds of millions of words: `&b [x, …], &c [*b, …], …`. */
const MANY = `[${[..."bcdefghij"].map((name, i, names) => `&${name} [${nine(i === 0 ? "x" : `*${names[i - 1] ?? ""}`)}]`).join(", ")}]`;

function nine(text: string): string {
  return Array.from({ length: 9 }, () => text).join(", ");
}

function openApi(schema: string): string {
  return `openapi: 3.1.0
info: { title: t, version: "1" }
x-lists: ${MANY}
paths: { /x: { get: { responses: { 200: { description: "", content: { application/json: { schema: ${schema} } } } } } } }
`;
}

describe("a YAML document whose aliases have no end is refused at once", () => {
  it("OpenAPI", () => {
    const loop = openApi(LOOP).replace(/x-lists.*\n/, "");
    expect(() => schemasOf({ "api.yaml": loop })).toThrow(ITSELF);
    expect(() => schemasOf({ "api.yaml": openApi("{ enum: *j }") })).toThrow(/its aliases stand for \d{9} values/);
  });

  it("schemas by hand", () => {
    const routes = "/**: { default: a.yaml }\n";
    expect(() => schemasOf({ "routes.yaml": routes, "a.yaml": LOOP })).toThrow(new RegExp(`a\\.yaml: ${ITSELF}`));
    expect(() => schemasOf({ "routes.yaml": routes, "a.yaml": `enum: ${MANY}` })).toThrow(/a\.yaml: .*alias/);
  });

  it("the configuration", () => {
    expect(() => loadConfigText(`vendors: &v { acme: *v }`, "lazaret.yaml", {})).toThrow(`lazaret.yaml: ${ITSELF}`);
    expect(() => loadConfigText(`vendors: ${MANY}`, "lazaret.yaml", {})).toThrow(/^lazaret\.yaml: .*alias/);
  });

  it("documents that are compared", async () => {
    const folder = folderOf({ "loop.yaml": LOOP, "many.yaml": MANY });
    const { code, stderr } = await lazaret(["schema", "diff", "loop.yaml", "many.yaml"], { cwd: folder });
    expect([code, stderr]).toEqual([2, `loop.yaml: ${ITSELF}\n`]);
  });
});

it("what stands in several places is fine, and so is any document without aliases", () => {
  const shared = { type: "string" };
  checkAliases({ a: shared, b: [shared, shared] });
  fc.assert(fc.property(fc.jsonValue(), (value) => checkAliases(value)));
});
