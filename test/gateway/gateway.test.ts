import http from "node:http";
import net from "node:net";
import { gzipSync, brotliCompressSync, deflateRawSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Service } from "../../src/service.ts";
import { send } from "../support/http.ts";
import { startInFrontOf, startVendor, type TestVendor } from "../support/vendor.ts";

const CLEAN = '{ "b" : 1.0,  "a":"caf\u00e9", "n": 9007199254740993 }';
const HIDDEN = '{"keep": 1.50, "note":"a\u202eb", "list": [ 1,2 ]}';
const SANITIZED = '{"keep": 1.50, "note":"ab", "list": [ 1,2 ]}';

let vendor: TestVendor;
let app: Service;
let seen: { method: string | undefined; url: string | undefined; headers: http.IncomingHttpHeaders; body: string }[] =
  [];

beforeAll(async () => {
  vendor = await startVendor((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const json = {
        "Content-Type": "application/json",
        "X-Request-Id": "7",
        ETag: '"v1"',
        Connection: "x-hop",
        "X-Hop": "1",
      };
      if (url?.startsWith("/hidden")) response.writeHead(200, json).end(HIDDEN);
      else if (url === "/redirect") response.writeHead(302, { Location: `${vendor.url}/next?a=1` }).end();
      else if (url === "/elsewhere") response.writeHead(302, { Location: "https://evil.example/" }).end();
      else if (url === "/cookie")
        response
          .writeHead(200, {
            "Set-Cookie": ["a=1; Path=/; Secure", "b=2; Domain=evil.example"],
            "Strict-Transport-Security": "max-age=1",
            "Lazaret-Verdict": "forged",
          })
          .end();
      else if (url === "/empty") response.writeHead(204).end();
      else if (url === "/slow") setTimeout(() => response.end(), 5000).unref();
      else if (url === "/large") response.end("x".repeat(100_000));
      else response.writeHead(200, json).end(CLEAN);
    });
  });
  app = await startInFrontOf(vendor.url, {
    hosts: ["acme.test"],
    policy: { timeouts: { response: "300ms", idle: "300ms" }, limits: { body: "50kB" } },
  });
});

afterAll(async () => {
  await app.close();
  await vendor.close();
});

describe("a request", () => {
  it("reaches the vendor as it was sent", async () => {
    seen = [];
    const path = "/v1//a%2Fb/../c?q=%20x&q=2";
    const body = "some body";
    await send(
      app.gatewayUrl,
      {
        path: `/acme${path}`,
        method: "PATCH",
        headers: {
          "X-Custom": "Yes",
          Authorization: "Bearer t",
          "Lazaret-Vendor": "x",
          Connection: "X-Secret",
          "X-Secret": "1",
        },
      },
      body,
    );
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: "PATCH", url: path, body });
    expect(seen[0]?.headers).toMatchObject({
      "x-custom": "Yes",
      authorization: "Bearer t",
      host: new URL(vendor.url).host,
    });
    expect(seen[0]?.headers).not.toHaveProperty("lazaret-vendor");
    expect(seen[0]?.headers).not.toHaveProperty("x-secret");
  });

  it("finds its vendor by host name too", async () => {
    seen = [];
    expect((await send(`${app.gatewayUrl}/v1`, { headers: { Host: "acme.test:8080" } })).status).toBe(200);
    expect(seen[0]?.url).toBe("/v1");
  });

  it("to an unknown vendor gets a 404 problem", async () => {
    const reply = await send(`${app.gatewayUrl}/nobody/x`);
    expect(reply.status).toBe(404);
    expect(reply.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(reply.body.toString())).toMatchObject({ type: "urn:lazaret:unknown-vendor", status: 404 });
  });

  it("never reaches an object's prototype instead of a vendor", async () => {
    expect((await send(`${app.gatewayUrl}/__proto__/x`)).status).toBe(404);
    expect((await send(`${app.gatewayUrl}/constructor/x`)).status).toBe(404);
  });
});

describe("a response", () => {
  it("that passes is the vendor's own, byte for byte", async () => {
    const reply = await send(`${app.gatewayUrl}/acme/clean`);
    expect(reply.body.toString()).toBe(CLEAN);
    expect(reply.headers).toMatchObject({ etag: '"v1"', "x-request-id": "7", "lazaret-verdict": "pass" });
    expect(reply.headers).not.toHaveProperty("lazaret-findings");
    expect(reply.headers).not.toHaveProperty("x-hop");
  });

  it("that is sanitized differs only where it must, and loses its validators", async () => {
    const reply = await send(`${app.gatewayUrl}/acme/hidden`);
    expect(reply.status).toBe(200);
    expect(reply.body.toString()).toBe(SANITIZED);
    expect(reply.headers).toMatchObject({
      "lazaret-verdict": "sanitized",
      "lazaret-findings": "1",
      "content-length": String(Buffer.byteLength(SANITIZED)),
    });
    expect(reply.headers).not.toHaveProperty("etag");
  });

  it("that is blocked becomes a problem with its findings", async () => {
    const reply = await send(`${app.gatewayUrl}/acme/elsewhere`);
    expect(reply.status).toBe(502);
    expect(reply.headers).toMatchObject({ "cache-control": "no-store", "lazaret-verdict": "blocked" });
    expect(JSON.parse(reply.body.toString())).toMatchObject({
      type: "urn:lazaret:blocked",
      vendor: "acme",
      findings: [
        { rule: "lazaret/redirect/other-host", action: "block", location: { part: "header:location", path: "" } },
      ],
    });
  });

  it("over the size limit is blocked", async () => {
    const reply = await send(`${app.gatewayUrl}/acme/large`);
    expect(reply.status).toBe(502);
    expect(JSON.parse(reply.body.toString())).toMatchObject({ findings: [{ rule: "lazaret/limits/body" }] });
  });

  it("keeps applications behind the gateway: redirects and cookies", async () => {
    const redirect = await send(`${app.gatewayUrl}/acme/redirect`);
    expect(redirect.headers.location).toBe(`${app.gatewayUrl}/acme/next?a=1`);
    const cookie = await send(`${app.gatewayUrl}/acme/cookie`);
    expect(cookie.headers["set-cookie"]).toEqual(["a=1; Path=/acme/"]);
    expect(cookie.headers).not.toHaveProperty("strict-transport-security");
    expect(cookie.headers["lazaret-verdict"]).toBe("sanitized");
  });

  it("to HEAD and with 204 has no content", async () => {
    expect(await send(`${app.gatewayUrl}/acme/clean`, { method: "HEAD" })).toMatchObject({
      status: 200,
      body: Buffer.alloc(0),
    });
    expect(await send(`${app.gatewayUrl}/acme/empty`)).toMatchObject({ status: 204, body: Buffer.alloc(0) });
  });

  it("that does not come in time is a 504", async () => {
    const reply = await send(`${app.gatewayUrl}/acme/slow`);
    expect(reply.status).toBe(504);
    expect(JSON.parse(reply.body.toString())).toMatchObject({ type: "urn:lazaret:upstream-timeout" });
  });
});

it("monitor mode changes nothing and says what it would have done", async () => {
  const monitor = await startInFrontOf(vendor.url, {}, { policy: { mode: "monitor" } });
  const reply = await send(`${monitor.gatewayUrl}/acme/hidden`);
  expect(reply.body.toString()).toBe(HIDDEN);
  expect(reply.headers).toMatchObject({ "lazaret-verdict": "pass;would=sanitized", etag: '"v1"' });
  await monitor.close();
});

describe("content codings", () => {
  const codings: [string, (bytes: Buffer) => Buffer][] = [
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateRawSync],
    ["zstd", zstdCompressSync],
    ["gzip, br", (bytes) => brotliCompressSync(gzipSync(bytes))],
  ];
  it.each(codings)("%s passes as it came, and hidden text under it is found", async (coding, compress) => {
    const encoded = await startVendor((request, response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Encoding": coding });
      response.end(compress(Buffer.from(request.url === "/hidden" ? HIDDEN : CLEAN)));
    });
    const front = await startInFrontOf(encoded.url);
    const clean = await send(`${front.gatewayUrl}/acme/clean`);
    expect(clean.headers["content-encoding"]).toBe(coding);
    expect(clean.body.equals(compress(Buffer.from(CLEAN)))).toBe(true);
    const hidden = await send(`${front.gatewayUrl}/acme/hidden`);
    expect(hidden.headers).not.toHaveProperty("content-encoding");
    expect(hidden.body.toString()).toBe(SANITIZED);
    await front.close();
    await encoded.close();
  });

  it.each([
    ["snappy", Buffer.from("x"), "lazaret/coding/unknown"],
    ["gzip", gzipSync("{}").subarray(0, 10), "lazaret/coding/broken"],
    ["gzip", Buffer.concat([gzipSync("{}"), Buffer.from("more")]), "lazaret/coding/broken"],
    ["gzip", Buffer.from("{}"), "lazaret/coding/broken"],
    ["gzip", gzipSync(Buffer.alloc(1 << 24)), "lazaret/limits/ratio"],
  ])("%s that cannot be undone is blocked (%#)", async (coding, bytes, rule) => {
    const hostile = await startVendor((_, response) =>
      response.writeHead(200, { "Content-Encoding": coding }).end(bytes),
    );
    const front = await startInFrontOf(hostile.url);
    const reply = await send(`${front.gatewayUrl}/acme/`);
    expect(reply.status).toBe(502);
    expect(JSON.parse(reply.body.toString())).toMatchObject({ findings: [{ rule }] });
    await front.close();
    await hostile.close();
  });
});

describe("a vendor that misbehaves on the wire", () => {
  it.each([
    ["promises more than it sends", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"],
    ["sends a bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["sends two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x"],
    ["ends without a response", ""],
    ["is no HTTP server", "220 mail.example ESMTP\r\n"],
  ])("and %s is a 502, never a complete response", async (_, bytes) => {
    const server = net.createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(bytes));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    const front = await startInFrontOf(`http://127.0.0.1:${port}`);
    const reply = await send(`${front.gatewayUrl}/acme/`);
    expect(reply.status).toBe(502);
    expect(JSON.parse(reply.body.toString())).toMatchObject({ type: "urn:lazaret:upstream-unreachable" });
    await front.close();
    server.close();
  });

  it("or is not there at all is a 502", async () => {
    const gone = await startVendor(() => {});
    await gone.close();
    const front = await startInFrontOf(gone.url);
    expect((await send(`${front.gatewayUrl}/acme/`)).status).toBe(502);
    await front.close();
  });

  it("or whose name leads to this network is refused unless it is said to be private", async () => {
    const upstream = vendor.url.replace("127.0.0.1", "localhost");
    const guarded = await startInFrontOf(upstream);
    const reply = await send(`${guarded.gatewayUrl}/acme/`);
    expect(reply.status).toBe(502);
    expect(JSON.parse(reply.body.toString()).detail).toMatch(/localhost resolves to the internal address/);
    await guarded.close();
    const open = await startInFrontOf(upstream, { private: true });
    expect((await send(`${open.gatewayUrl}/acme/`)).status).toBe(200);
    await open.close();
  });
});

describe("a stream of records", () => {
  const types = [
    ["application/x-ndjson", (value: object) => `${JSON.stringify(value)}\n`],
    ["text/event-stream", (value: object) => `event: x\ndata: ${JSON.stringify(value)}\n\n`],
    ["application/json-seq", (value: object) => `\u001e${JSON.stringify(value)}\n`],
  ] as const;

  it.each(types)("of %s flows record by record, each inspected", async (type, record) => {
    let proceed = (): void => {};
    const gate = new Promise<void>((resolve) => (proceed = resolve));
    const streaming = await startVendor((_, response) => {
      response.writeHead(200, { "Content-Type": type });
      const clean = record({ n: 1 });
      response.write(clean + record({ n: 2, note: "a\u202eb" }) + (type.endsWith("seq") ? "\u001e" : ""));
      const last = type.endsWith("seq") ? record({ n: 3 }).slice(1) : record({ n: 3 });
      void gate.then(() => response.end(last));
    });
    const front = await startInFrontOf(streaming.url);
    const text = await new Promise<string>((resolve, reject) => {
      http.get(`${front.gatewayUrl}/acme/`, { agent: false }, (response) => {
        let received = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          received += chunk;
          // The third record is not sent before the second has arrived.
          if (received.includes('"n":2')) proceed();
        });
        response.on("end", () => resolve(received));
        response.on("error", reject);
      });
    });
    expect(text).toBe(record({ n: 1 }) + record({ n: 2, note: "ab" }) + record({ n: 3 }));
    await front.close();
    await streaming.close();
  });

  it("breaks off at a record that is blocked, so that it does not look complete", async () => {
    const streaming = await startVendor((_, response) => {
      response.writeHead(200, { "Content-Type": "application/x-ndjson" });
      response.write('{"n":1}\n');
      setTimeout(() => response.end('{"a":1,"a":2}\n{"n":3}\n'), 50);
    });
    const front = await startInFrontOf(streaming.url);
    let received = "";
    const outcome = await new Promise<string>((resolve) => {
      http.get(`${front.gatewayUrl}/acme/`, { agent: false }, (response) => {
        response.on("data", (chunk: Buffer) => (received += chunk.toString()));
        response.on("end", () => resolve("complete"));
        response.on("error", () => resolve("broken off"));
      });
    });
    expect(outcome).toBe("broken off");
    expect(received).toBe('{"n":1}\n');
    await front.close();
    await streaming.close();
  });
});

it("a client that leaves takes the vendor's request along", async () => {
  let closed = (): void => {};
  const gone = new Promise<void>((resolve) => (closed = resolve));
  const waiting = await startVendor((request) => request.socket.on("close", closed));
  const front = await startInFrontOf(waiting.url);
  const request = http.get(`${front.gatewayUrl}/acme/`, { agent: false });
  request.on("error", () => {});
  waiting.server.once("request", () => request.destroy());
  await gone;
  await front.close();
  await waiting.close();
});

it("an upgrade is refused with 501", async () => {
  const reply = await send(`${app.gatewayUrl}/acme/`, { headers: { Connection: "Upgrade", Upgrade: "websocket" } });
  expect(reply.status).toBe(501);
});
