import { describe, expect, it } from "vitest";
import { checkerOf, kindsOf, schemasOf } from "../support/schema-check.ts";

const ITEM = { type: "object", required: ["id"], properties: { id: { type: "integer" } } };
const EVENT = {
  type: "object",
  required: ["data"],
  properties: {
    event: { enum: ["added", "removed"] },
    retry: { type: "integer", maximum: 60_000 },
    data: {
      type: "string",
      contentMediaType: "application/json",
      contentSchema: { $ref: "#/components/schemas/Item" },
    },
  },
};

function streaming(content: object, version = "3.2.0") {
  const responses = { 200: { description: "", content } };
  const document = {
    openapi: version,
    info: { title: "t", version: "1" },
    paths: { "/x": { get: { responses } } },
    components: { schemas: { Item: ITEM } },
  };
  const check = checkerOf(schemasOf({ "api.json": document }), { "media-type": "report" });
  return async (body: string, contentType: string) => kindsOf(await check("/x", body, { contentType }));
}

const reference = { $ref: "#/components/schemas/Item" };
const LINES = '{"id":1}\n{"id":"2"}\n{"n":3}\n';
const DIFFERENCES = ["missing body > record 3", "type body > record 2"];

describe("records of sequential content", () => {
  it.each([
    ["by itemSchema", { "application/jsonl": { itemSchema: reference } }],
    ["by the items of a schema of the whole", { "application/jsonl": { schema: { type: "array", items: reference } } }],
    ["by a schema that means one record", { "application/x-ndjson": { schema: reference } }],
  ])("are checked one by one: %s", async (_, content) => {
    const check = streaming(content);
    expect(await check(LINES, "application/jsonl")).toEqual(DIFFERENCES);
    expect(await check('{"id":1}\n{"id":2}\n', "application/x-ndjson; charset=utf-8")).toEqual([]);
    expect(await check('\u001e{"id":1}\n', "application/json-seq")).toEqual(["media-type "]);
  });

  it("are JSON texts in a sequence, and the data of events before 3.2", async () => {
    const check = streaming(
      { "application/json-seq": { itemSchema: reference }, "text/event-stream": { schema: reference } },
      "3.1.0",
    );
    expect(await check('\u001e{"id":1}\n\u001e{"id":"2"}\n', "application/json-seq")).toEqual(["type body > record 2"]);
    expect(await check('data: {"id":1}\n\ndata: {"id":"2"}\n\ndata: [DONE]\n\n', "text/event-stream")).toEqual([
      "type body > record 2",
    ]);
  });

  it("are events with their fields, and the JSON in their data, in 3.2", async () => {
    const check = streaming({ "text/event-stream": { itemSchema: EVENT } });
    const stream = [
      'event: added\ndata: {"id":1}\n\n',
      ": still here\n\n",
      'event: moved\ndata: {"id":1}\n\n',
      'event: added\nretry: 90000\ndata: {"id":\ndata: "1"}\n\n',
      "data: [DONE]\n\n",
      "event: removed\n\n",
    ].join("");
    expect(await check(stream, "text/event-stream")).toEqual([
      "enum body > record 3",
      "missing body > record 6",
      "other body > record 5",
      "range body > record 4",
      "type body > record 4",
    ]);
  });

  it("of text are not checked", async () => {
    const check = streaming({ "text/event-stream": { schema: { type: "string" } } });
    expect(await check("data: hello\n\n", "text/event-stream")).toEqual([]);
  });
});

it("a string that holds JSON is compared with the schema of its content, by name and place", async () => {
  const property = EVENT.properties.data;
  const content = { "application/json": { schema: { type: "object", properties: { data: property } } } };
  const document = {
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
    paths: { "/x": { get: { responses: { 200: { description: "", content } } } } },
    components: { schemas: { Item: ITEM } },
  };
  const check = checkerOf(schemasOf({ "api.json": document }));
  expect(kindsOf(await check("/x", { data: '{"id":1}' }))).toEqual([]);
  const { findings } = await check("/x", { data: '{"id":"1"}' });
  expect(findings).toMatchObject([
    {
      at: "$['data']",
      kind: "type",
      difference: { schema: "api.json#/components/schemas/Item/properties/id/type" },
    },
  ]);
});
