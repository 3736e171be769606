import { randomBytes } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { describe, expect, it } from "vitest";
import { Admission } from "../../src/bodies/admission.ts";
import { startGateway } from "../../src/gateway/gateway.ts";
import type { VendorRoute } from "../../src/gateway/settings.ts";
import type { Inspector } from "../../src/core/verdict.ts";
import { createInspector } from "../../src/index.ts";
import { send } from "../support/http.ts";
import { defaultPolicy } from "../support/policy.ts";
import { startInFrontOf, startVendor } from "../support/vendor.ts";

it.each([
  ["of a known length", { "Content-Length": "70000" }],
  ["of unknown length", { "Transfer-Encoding": "chunked" }],
])("a request %s over limits.body is a 413, one below it passes", async (_, headers) => {
  const lengths: number[] = [];
  const vendor = await startVendor((request, response) => {
    let length = 0;
    request.on("data", (chunk: Buffer) => (length += chunk.length));
    request.on("end", () => {
      lengths.push(length);
      response.end("ok");
    });
  });
  const app = await startInFrontOf(vendor.url, { policy: { limits: { body: "50kB" } } });
  const large = await send(`${app.gatewayUrl}/acme/`, { method: "POST", headers }, Buffer.alloc(70_000));
  expect([large.status, JSON.parse(large.body.toString()).type]).toEqual([413, "urn:lazaret:content-too-large"]);
  const small = await send(`${app.gatewayUrl}/acme/`, { method: "POST" }, Buffer.alloc(49_000));
  expect([small.status, lengths.includes(49_000)]).toEqual([200, true]);
  await app.close();
  await vendor.close();
});

describe("a response over limits.body in monitor mode", () => {
  const content = randomBytes(400_000);
  const framings: readonly (readonly [string, Record<string, string>])[] = [
    ["of a known length", { "Content-Length": String(content.length) }],
    ["of unknown length", {}],
  ];

  it.each(framings)("%s arrives whole and as it was", async (_, headers) => {
    const vendor = await startVendor((_request, response) => {
      response.writeHead(200, { "Content-Type": "application/octet-stream", ...headers });
      response.write(content.subarray(0, 60_000));
      setTimeout(() => response.end(content.subarray(60_000)), 50);
    });
    const app = await startInFrontOf(vendor.url, { policy: { mode: "monitor", limits: { body: "50kB" } } });
    const reply = await send(`${app.gatewayUrl}/acme/`);
    expect([reply.status, reply.headers["lazaret-verdict"]]).toEqual([200, "pass;would=blocked"]);
    expect(reply.body.equals(content)).toBe(true);
    await app.close();
    await vendor.close();
  });

  it("is never taken for whole where the vendor breaks off", async () => {
    const vendor = await startVendor((_request, response) => {
      response.writeHead(200, { "Content-Type": "application/octet-stream" });
      response.write(content.subarray(0, 60_000));
      setTimeout(() => response.destroy(), 50);
    });
    const app = await startInFrontOf(vendor.url, { policy: { mode: "monitor", limits: { body: "50kB" } } });
    await expect(send(`${app.gatewayUrl}/acme/`)).rejects.toThrow(/aborted|hang up|ECONNRESET|terminated/);
    await app.close();
    await vendor.close();
  });
});

it.each(["enforce", "monitor"])("of a stream, a record over limits.body is found; mode %s", async (mode) => {
  const long = `{"a":"${"a".repeat(200_000)}"}\n`;
  const vendor = await startVendor((request, response) => {
    response.writeHead(200, { "Content-Type": "application/x-ndjson" });
    if (request.url === "/later") response.write('{"n":1}\n');
    setTimeout(() => response.write(long), 50);
    setTimeout(() => response.end('{"n":2}\n'), 100);
  });
  const app = await startInFrontOf(vendor.url, { policy: { mode, limits: { body: "50kB" } } });
  const first = send(`${app.gatewayUrl}/acme/`);
  const later = send(`${app.gatewayUrl}/acme/later`);
  if (mode === "monitor") {
    expect([(await first).headers["lazaret-verdict"], (await first).body.toString()]).toEqual([
      "pass;would=blocked",
      `${long}{"n":2}\n`,
    ]);
    expect((await later).body.toString()).toBe(`{"n":1}\n${long}{"n":2}\n`);
  } else {
    const { type, findings } = JSON.parse((await first).body.toString());
    expect([type, findings[0]?.rule]).toEqual(["urn:lazaret:blocked", "lazaret/limits/body"]);
    await expect(later).rejects.toThrow(/aborted|hang up|ECONNRESET|terminated/);
  }
  await app.close();
  await vendor.close();
});

it.each([
  [
    "a header section over the limit is a 431",
    `GET /acme/ HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(40_000)}\r\n\r\n`,
    431,
  ],
  ["what is no HTTP is a 400", "HELLO\r\n\r\n", 400],
])("%s", async (_, bytes, status) => {
  const app = await startInFrontOf("http://127.0.0.1:9");
  const { hostname, port } = new URL(app.gatewayUrl);
  const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
  socket.on("error", () => {});
  await once(socket, "close");
  expect(received.split("\r\n")[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(received).toContain("application/problem+json");
  expect(received).toContain("\r\nLazaret-Verdict: blocked\r\n");
  await app.close();
});

describe("a vendor's header section", () => {
  const vendorWith = async (size: number) =>
    await startVendor((_request, response) => {
      for (let i = 0; i < size / 1000; i++) response.setHeader(`X-${i}`, "a".repeat(1000));
      response.setHeader("Content-Type", "application/json").end("{}");
    });
  const larger = { maxHeaderSize: 2 ** 18 };

  it("passes up to the limit of 64 KiB", async () => {
    const vendor = await vendorWith(60_000);
    const app = await startInFrontOf(vendor.url);
    const reply = await send(`${app.gatewayUrl}/acme/`, larger);
    expect([reply.status, reply.headers["lazaret-verdict"], reply.headers["x-59"]]).toEqual([
      200,
      "pass",
      "a".repeat(1000),
    ]);
    await app.close();
    await vendor.close();
  });

  it.each([100_000, 1_000_000])("is a limits finding with an incident at %d bytes", async (size) => {
    const vendor = await vendorWith(size);
    const app = await startInFrontOf(vendor.url);
    const { status, headers, body } = await send(`${app.gatewayUrl}/acme/`, larger);
    const { type, findings, instance } = JSON.parse(body.toString());
    expect([status, type, headers["lazaret-verdict"]]).toEqual([502, "urn:lazaret:blocked", "blocked"]);
    expect(findings).toContainEqual(
      expect.objectContaining({ category: "limits", rule: "lazaret/limits/headerBytes" }),
    );
    expect(instance).toBe(`urn:uuid:${String(headers["lazaret-incident"])}`);
    await app.close();
    await vendor.close();
  });
});

it("every answer of the gateway has a verdict, those without a response of a vendor too", async () => {
  const app = await startInFrontOf("http://127.0.0.1:9");
  for (const [path, status] of [
    ["/nobody/", 404],
    ["/acme/", 502],
  ] as const) {
    const { headers, status: answered } = await send(`${app.gatewayUrl}${path}`);
    expect([answered, headers["lazaret-verdict"], headers["lazaret-incident"]]).toEqual([status, "blocked", undefined]);
  }
  await app.close();
});

const LARGE = randomBytes(3 * 2 ** 20).toString("base64");

async function gatewayWith(url: string, inspector: Inspector, spool: string) {
  const vendor: VendorRoute = {
    name: "acme",
    upstream: new URL(url),
    hosts: [],
    private: false,
    upgrade: false,
    cookies: "own",
    rewriteUrls: "headers",
    timeouts: { connect: 1000, response: 1000, idle: 1000 },
    limits: defaultPolicy().limits,
  };
  const snapshot = { inspector, vendors: new Map([["acme", vendor]]), clients: { allow: [], token: undefined } };
  return await startGateway({
    host: "127.0.0.1",
    port: 0,
    snapshot: () => snapshot,
    spool,
    admission: new Admission(2 ** 29, 100),
  });
}

it("a large body waits on disk, leaves nothing there, and arrives byte for byte", async () => {
  const vendor = await startVendor((_, response) =>
    response.writeHead(200, { "Content-Type": "text/plain" }).end(LARGE),
  );
  const app = await startInFrontOf(vendor.url);
  const reply = await send(`${app.gatewayUrl}/acme/`);
  expect(reply.body.equals(Buffer.from(LARGE))).toBe(true);
  await app.close();
  await vendor.close();
});

it("a disk that takes no large body is a 503, and small ones still pass", async () => {
  const vendor = await startVendor((request, response) => response.end(request.url === "/large" ? LARGE : "small"));
  const inspector = await createInspector();
  const full: Inspector = { inspect: async (exchange) => await inspector.inspect(exchange) };
  const gateway = await gatewayWith(vendor.url, full, "/dev/null/spool");
  const refused = await send(`${gateway.url}/acme/large`);
  expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "1"]);
  expect(JSON.parse(refused.body.toString())).toMatchObject({ type: "urn:lazaret:overloaded" });
  expect((await send(`${gateway.url}/acme/small`)).status).toBe(200);
  await gateway.close(0);
  await vendor.close();
});
