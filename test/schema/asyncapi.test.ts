import { describe, expect, it } from "vitest";
import { checkerOf, kindsOf, schemasOf } from "../support/schema-check.ts";

const PRICE = { type: "object", required: ["price"], properties: { price: { type: "number" } } };
const HALT = { type: "object", required: ["halted"], properties: { halted: { type: "boolean" } } };
const components = {
  schemas: { Price: PRICE },
  messages: { Price: { payload: { $ref: "#/components/schemas/Price" } }, Halt: { payload: HALT } },
};
const info = { title: "t", version: "1" };

const SECOND = {
  asyncapi: "2.6.0",
  info,
  servers: {
    http: { url: "https://api.example/v1", protocol: "https" },
    broker: { url: "broker.example:9092", protocol: "kafka" },
  },
  channels: {
    "/ticks/{symbol}": {
      subscribe: {
        message: { oneOf: [{ $ref: "#/components/messages/Price" }, { $ref: "#/components/messages/Halt" }] },
      },
    },
    orders: { publish: { message: { payload: { type: "string" } } } },
    search: {
      subscribe: { bindings: { http: { method: "post" } }, message: { payload: { type: "array", items: PRICE } } },
    },
    internal: { servers: ["broker"], subscribe: { message: { payload: PRICE } } },
    avro: { subscribe: { message: { schemaFormat: "application/vnd.apache.avro;version=1.9.0", payload: {} } } },
  },
  components,
};

const THIRD = {
  asyncapi: "3.0.0",
  info,
  servers: { web: { host: "api.example", pathname: "/v1", protocol: "https" } },
  channels: {
    ticks: {
      address: "/ticks/{symbol}",
      messages: { price: { $ref: "#/components/messages/Price" }, halt: { $ref: "#/components/messages/Halt" } },
    },
    commands: { address: "/commands", messages: { any: { payload: { type: "string" } } } },
    raw: {
      address: "/raw",
      messages: {
        one: { payload: { schemaFormat: "application/vnd.aai.asyncapi+json;version=3.0.0", schema: PRICE } },
      },
    },
    nowhere: { address: null, messages: {} },
  },
  operations: {
    sendPrices: {
      action: "send",
      channel: { $ref: "#/channels/ticks" },
      messages: [{ $ref: "#/channels/ticks/messages/price" }],
    },
    take: { action: "receive", channel: { $ref: "#/channels/commands" } },
  },
  components,
};

function checking(document: object) {
  const check = checkerOf(schemasOf({ "events.json": document }), { route: "report", "unknown-member": "allow" });
  return async (url: string, body: unknown, answer: object = {}) => kindsOf(await check(url, body, answer));
}

const SSE = { contentType: "text/event-stream" };

describe("AsyncAPI 2", () => {
  const check = checking(SECOND);

  it("says what messages come on a channel, alone or one after another", async () => {
    expect(await check("/v1/ticks/abc", { price: 1 })).toEqual([]);
    expect(await check("/v1/ticks/abc", { halted: true })).toEqual([]);
    expect(await check("/v1/ticks/abc", { price: "1" })).toEqual(["alternative $"]);
    const stream = 'data: {"price":1}\n\ndata: {"halted":"no"}\n\n';
    expect(await check("/ticks/abc", stream, SSE)).toEqual(["alternative body > record 2"]);
    expect(await check("/ticks/abc", '{"price":1}\n{}\n', { contentType: "application/x-ndjson" })).toEqual([
      "alternative body > record 2",
    ]);
    expect(await check("/ticks/abc", "hello", { contentType: "text/plain" })).toEqual([]);
  });

  it("is asked by the method of its binding, and a message may be a list", async () => {
    const post = { method: "POST" };
    expect(await check("/v1/search", [{ price: 1 }, { price: null }], post)).toEqual(["type $[1]['price']"]);
    expect(
      await check("/v1/search", '[{"price":1}]\n[{"price":null}]\n', { ...post, contentType: "application/jsonl" }),
    ).toEqual(["type body > record 2"]);
  });

  it("checks nothing that is not sent by the vendor, not over HTTP, or in another language", async () => {
    for (const url of ["/v1/orders", "/v1/internal"]) expect(await check(url, 1)).toEqual(["route "]);
    expect(await check("/v1/avro", 1)).toEqual([]);
  });
});

describe("AsyncAPI 3", () => {
  const check = checking(THIRD);

  it("says by its operations which messages of a channel the vendor sends", async () => {
    expect(await check("/v1/ticks/abc", { price: 1 })).toEqual([]);
    expect(await check("/v1/ticks/abc", 'data: {"halted":true}\n\n', SSE)).toEqual(["missing body > record 1"]);
    expect(await check("/v1/commands", 1)).toEqual(["route "]);
    expect(await check("/v1/raw", { price: "1" })).toEqual(["type $['price']"]);
  });

  it("names what is wrong with a document, and its place in what differs", async () => {
    const wrong = {
      ...THIRD,
      channels: { ...THIRD.channels, bad: { address: "/b", messages: { m: { $ref: "#/none" } } } },
    };
    expect(() => schemasOf({ "events.json": wrong })).toThrow(
      /events\.json#\/channels\/bad\/messages\/m\/\$ref: there is nothing at #\/none/,
    );
    expect(() => schemasOf({ "events.json": { asyncapi: "1.2.0", info } })).toThrow(/1\.2\.0 is no known version/);
    expect(() => schemasOf({ "events.json": { asyncapi: "2.6.0", info, channels: {} } })).toThrow(
      /#\/channels: there is no operation/,
    );
    const at = checkerOf(schemasOf({ "events.json": THIRD }));
    expect((await at("/v1/raw", { price: "1" })).findings[0]?.difference).toEqual({
      kind: "type",
      route: "GET /raw",
      schema: "events.json#/channels/raw/messages/one/payload/schema/properties/price/type",
    });
  });
});
