import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { buildSchema, introspectionFromSchema } from "graphql";
import { beforeAll, describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { temporaryFolder } from "../support/vendor.ts";

type Told = readonly [kind: string | undefined, path: string, schema: string | undefined];

async function vendor(files: Readonly<Record<string, string>>, policy: object = {}) {
  const schemas = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(schemas, name, ".."), { recursive: true });
    writeFileSync(join(schemas, name), text);
  }
  const inspector = await createInspector({
    policy: { antivirus: { engines: [] } },
    vendors: { acme: { upstream: "https://acme.example", schemas, policy } },
  });
  return async (url: string, contentType: string, body: string | Uint8Array) => {
    const verdict = await inspector.inspect({ vendor: "acme", request: { url, method: "GET" }, contentType, body });
    const told = verdict.findings
      .filter(({ category }) => category === "schema")
      .map(({ difference, location }): Told => [difference?.kind, location.path, difference?.schema]);
    return { verdict: verdict.verdict, told, text: Buffer.from(verdict.body).toString() };
  };
}

type Check = Awaited<ReturnType<typeof vendor>>;

describe("CSV by a Table Schema", () => {
  const TABLE = `
fields:
  - { name: id, type: integer, constraints: { required: true, minimum: 1 } }
  - { name: mail, format: email }
  - { name: state, constraints: { enum: [open, closed] } }
  - { name: since, type: date }
  - { name: rate, type: number, constraints: { maximum: 1 } }
  - { name: paid, type: boolean }
`;
  let at: (body: string) => ReturnType<Check>;
  beforeAll(async () => {
    const check = await vendor({ "routes.yaml": "GET /export: table.yaml", "table.yaml": TABLE });
    at = async (body) => await check("/export", "text/csv", body);
  });

  it("passes as it came where names and cells are as declared, whatever their order", async () => {
    const body = 'id,mail,state,since,rate,paid\n7,"a@b.example",open,2026-01-31,.5,true\n8,,,,,\n';
    expect(await at(body)).toEqual({ verdict: "pass", told: [], text: body });
    expect((await at("state;id\nclosed;3\n")).told).toEqual([]);
  });

  it("is told cell by cell where it differs", async () => {
    const body =
      "id,mail,state,since,rate,paid\nx,none,gone,31.1.2026,2,maybe\n,a@b.example,open,2026-02-30,1,no\n0,,,,,\n";
    expect((await at(body)).told).toEqual([
      ["type", "A2", "table.yaml#/fields/0"],
      ["format", "B2", "table.yaml#/fields/1"],
      ["enum", "C2", "table.yaml#/fields/2"],
      ["format", "D2", "table.yaml#/fields/3"],
      ["range", "E2", "table.yaml#/fields/4"],
      ["type", "F2", "table.yaml#/fields/5"],
      ["missing", "", "table.yaml#/fields/0"],
      ["format", "D3", "table.yaml#/fields/3"],
      ["type", "F3", "table.yaml#/fields/5"],
      ["range", "A4", "table.yaml#/fields/0"],
    ]);
  });

  it("has the columns that are required and none that are unknown", async () => {
    expect((await at("mail,extra\na@b.example,1\n")).told).toEqual([
      ["missing", "", "table.yaml#/fields/0"],
      ["unknown-member", "B1", "table.yaml#/fields"],
    ]);
    expect((await at("id,state,id\n1,open,x\n")).told).toEqual([["other", "C1", "table.yaml#/fields"]]);
  });

  it("has to be CSV", async () => {
    const check = await vendor({ "routes.yaml": "GET /export: table.yaml", "table.yaml": TABLE });
    expect((await check("/export", "application/json", "{}")).told).toEqual([["media-type", "", "table.yaml"]]);
  });

  it("takes a whole number exactly where a spreadsheet would", async () => {
    const check = await vendor({
      "routes.yaml": "GET /n: n.yaml",
      "n.yaml": "fields: [{ name: n, type: integer }, { name: pad }]",
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer().map(String), fc.string({ unit: fc.constantFrom(..."0123456789+-.e x") })),
        async (text) => {
          const { told } = await check("/n", "text/csv", `n,pad\n"${text}",y\n`);
          expect(told.length).toBe(text === "" || /^[+-]?\d+$/.test(text) ? 0 : 1);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    ["a type", "fields: [{ name: a, type: geo }]", "t.yaml:1: geo is no type"],
    ["a constraint", "fields: [{ name: a, constraints: { unique: true } }]", "unique is no constraint"],
    ["a name", "fields:\n  - { name: a }\n  - { type: integer }", "t.yaml:3: a field has a name"],
    ["a pattern", "fields: [{ name: a, constraints: { pattern: '(?=x)' } }]", "t.yaml:1: "],
  ])("cannot be loaded with a wrong %s", async (_what, text, message) => {
    await expect(vendor({ "routes.yaml": "/x: t.yaml", "t.yaml": text })).rejects.toThrow(message);
  });
});

describe("XML by an XML Schema", () => {
  const XSD = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:include schemaLocation="parts/state.xsd"/>
  <xs:element name="order">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="id" type="xs:integer"/>
        <xs:element name="state" type="state"/>
        <xs:element name="count"><xs:simpleType><xs:restriction base="xs:int"><xs:minInclusive value="0"/></xs:restriction></xs:simpleType></xs:element>
      </xs:sequence>
      <xs:attribute name="version" use="required"/>
    </xs:complexType>
  </xs:element>
</xs:schema>`;
  const STATE = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:simpleType name="state"><xs:restriction base="xs:string"><xs:enumeration value="open"/></xs:restriction></xs:simpleType></xs:schema>`;
  const FILES = { "routes.yaml": "GET /order: order.xsd", "order.xsd": XSD, "parts/state.xsd": STATE };
  let at: (body: string) => ReturnType<Check>;
  beforeAll(async () => {
    const check = await vendor(FILES);
    at = async (body) => await check("/order", "application/xml", body);
  });

  it("passes as it came where it is valid, and is told by XPath and kind where not", async () => {
    const good = '<order version="1">\n <id>7</id><state>open</state><count>1</count></order>';
    expect(await at(good)).toEqual({ verdict: "pass", told: [], text: good });
    expect((await at("<order><id>x</id><state>gone</state><count>-1</count><more/></order>")).told).toEqual([
      ["missing", "/order", "order.xsd"],
      ["type", "/order/id", "order.xsd"],
      ["enum", "/order/state", "order.xsd"],
      ["range", "/order/count", "order.xsd"],
      ["unknown-member", "/order/more", "order.xsd"],
    ]);
    expect((await at('<order version="1"><id>7</id></order>')).told).toEqual([["missing", "/order", "order.xsd"]]);
    expect((await at("<other/>")).told).toEqual([["unknown-member", "/other", "order.xsd"]]);
  });

  it("is read in the charset that it came in", async () => {
    const named = XSD.replace('use="required"', 'use="required" type="xs:token"').replace("xs:integer", "name");
    const names = `<xs:simpleType name="name"><xs:restriction base="xs:string"><xs:enumeration value="Zoë"/></xs:restriction></xs:simpleType>`;
    const check = await vendor({ ...FILES, "order.xsd": named.replace("</xs:schema>", `${names}</xs:schema>`) });
    const order = (declaration: string): string =>
      `${declaration}<order version="1"><id>Zoë</id><state>open</state><count>1</count></order>`;
    expect((await check("/order", "application/xml", order(""))).told).toEqual([]);
    const latin = Buffer.from(order('<?xml version="1.0" encoding="ISO-8859-1"?>'), "latin1");
    expect((await check("/order", "application/xml; charset=iso-8859-1", latin)).told).toEqual([]);
    const wide = Buffer.from(`\uFEFF${order('<?xml version="1.0" encoding="UTF-16"?>')}`, "utf16le");
    expect((await check("/order", "application/xml", wide)).told).toEqual([]);
  });

  it("reads no file that a response names", async () => {
    const body = `<order version="1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="order.xsd"><id>x</id><state>open</state><count>1</count></order>`;
    expect((await at(body)).told.map(([kind]) => kind)).toContain("type");
    const doctype =
      '<!DOCTYPE order [<!ENTITY e "7">]><order version="1"><id>&e;</id><state>open</state><count>1</count></order>';
    expect((await at(doctype)).verdict).toBe("blocked");
  });

  it("cannot be loaded where the schema is none: each error with its line", async () => {
    const broken = XSD.replace('type="xs:integer"', 'type="xs:nope"');
    await expect(vendor({ ...FILES, "order.xsd": broken })).rejects.toThrow(/order\.xsd:6: .*nope/);
  });
});

const SDL = `
scalar Stamp @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc3339")
scalar Anything
enum State { OPEN CLOSED }
interface Node { id: ID! }
type Issue implements Node { id: ID!  title: String!  state: State!  at: Stamp  labels: [Label!]!  extra: Anything  closer: Closer  sub: Issue }
type Label implements Node { id: ID!  name: String }
union Closer = Issue | Label
type Query { issue(id: ID!): Issue  nodes: [Node]!  count: Int! }
type Mutation { close(id: ID!): Issue }
`;

describe.each([
  ["the schema definition language", "api.graphql", SDL],
  ["the result of introspection", "api.json", JSON.stringify({ data: introspectionFromSchema(buildSchema(SDL)) })],
])("GraphQL by %s", (_name, file, source) => {
  let at: (body: unknown) => ReturnType<Check>;
  beforeAll(async () => {
    const check = await vendor({ "routes.yaml": `/graphql: ${file}`, [file]: source });
    at = async (body) => await check("/graphql", "application/json", JSON.stringify(body));
  });
  const told = async (body: unknown) => (await at(body)).told.map(([kind, path]) => [kind, path]);

  it("passes whatever fields a query chose, aliases too", async () => {
    const issue = {
      __typename: "Issue",
      id: "1",
      title: "x",
      state: "OPEN",
      at: "2026-01-31T10:00:00Z",
      labels: [{ name: null }],
    };
    expect(
      await told({ data: { issue: { ...issue, extra: { a: [1] }, sub: null, mine: 7 }, count: 3, other: [1] } }),
    ).toEqual([]);
    expect(
      await told({ data: { nodes: [null, { __typename: "Label", name: "x" }, { id: "2" }] }, extensions: { cost: 1 } }),
    ).toEqual([]);
    expect(
      await told({ data: null, errors: [{ message: "no", path: ["a", 1], locations: [{ line: 1, column: 2 }] }] }),
    ).toEqual([]);
  });

  it("is told where a value is not of its field's type", async () => {
    expect(
      await told({
        data: { issue: { id: 1, title: null, state: "GONE", at: "yesterday", labels: [null] }, count: 2 ** 31 },
      }),
    ).toEqual([
      ["type", "$['data']['issue']['id']"],
      ["type", "$['data']['issue']['title']"],
      ["enum", "$['data']['issue']['state']"],
      ["format", "$['data']['issue']['at']"],
      ["type", "$['data']['issue']['labels'][0]"],
      ["range", "$['data']['count']"],
    ]);
    expect(await told({ data: { nodes: [{ __typename: "Label", name: 1 }, { __typename: "Query" }] } })).toEqual([
      ["type", "$['data']['nodes'][0]['name']"],
      ["enum", "$['data']['nodes'][1]['__typename']"],
    ]);
    expect(await told({ data: { issue: { closer: { __typename: "Issue", sub: { title: 7 } } } } })).toEqual([
      ["type", "$['data']['issue']['closer']['sub']['title']"],
    ]);
  });

  it("has data or errors, and errors that say something", async () => {
    expect(await told({})).toEqual([["alternative", "$"]]);
    expect(await told({ errors: [] })).toEqual([["range", "$['errors']"]]);
    expect(await told({ errors: [{ path: [null] }] })).toEqual([
      ["missing", "$['errors'][0]"],
      ["type", "$['errors'][0]['path'][0]"],
    ]);
  });
});

describe("a GraphQL schema that cannot be used", () => {
  it.each([
    ["does not parse", "type Query {\n  a: \n}", "a.graphql:3: "],
    ["names what is not there", "type Query { a: Nope }", 'Unknown type "Nope"'],
    ["is not valid", "type A { a: Int }", "Query root type must be provided"],
  ])("%s: the error says file and line", async (_name, source, message) => {
    await expect(vendor({ "routes.yaml": "/g: a.graphql", "a.graphql": source })).rejects.toThrow(message);
  });
});
