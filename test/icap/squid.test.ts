import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfigText } from "../../src/config/load.ts";
import { type Service, startService } from "../../src/service.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { testCertificates } from "../support/certificates.ts";
import { EICAR } from "../support/clamd.ts";
import { freePort } from "../support/free-port.ts";
import { startIcap } from "../support/icap-peer.ts";
import { curl, hasSquid, startSquid, type TestSquid } from "../support/squid.ts";
import { listening, startVendor, temporaryFolder, type TestVendor } from "../support/vendor.ts";

const JSON_TYPE = "application/json";
const CHUNKED = JSON.stringify(Array.from({ length: 40_000 }, (_, i) => ({ id: i, text: `item number ${i} of many` })));

function jsonOfLength(length: number): string {
  return length < 2 ? "1".repeat(length) : `"${"a ".repeat(length).slice(0, length - 2)}"`;
}

/** The vendor: what it sends is named by the path. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://vendor");
  const send = (status: number, type: string, body: string | Buffer, more: Record<string, string> = {}): void => {
    response.writeHead(status, {
      "Content-Type": type,
      "Content-Length": String(Buffer.byteLength(body)),
      ETag: '"e"',
      ...more,
    });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  switch (url.pathname) {
    case "/length":
      return send(200, JSON_TYPE, jsonOfLength(Number(url.searchParams.get("n"))));
    case "/xss":
      return send(200, JSON_TYPE, '{"a": "<script>alert(1)</script>", "b":  1.50}');
    case "/eicar":
      return send(200, "text/plain", EICAR);
    case "/bomb":
      return send(200, JSON_TYPE, gzipSync(Buffer.alloc(20_000_000, 32)), { "Content-Encoding": "gzip" });
    case "/gzip":
      return send(200, JSON_TYPE, gzipSync('{"a":1}'), { "Content-Encoding": "gzip" });
    case "/items":
      return send(200, JSON_TYPE, url.searchParams.has("bad") ? '{"id":"one"}' : '{"id":1}');
    case "/none":
      return void response.writeHead(204).end();
    case "/304":
      return void response.writeHead(304, { ETag: '"e"' }).end();
    case "/range": {
      const whole = jsonOfLength(2000);
      if (request.headers.range === undefined) return send(200, JSON_TYPE, whole);
      return send(206, JSON_TYPE, whole.slice(0, 100), { "Content-Range": "bytes 0-99/2000" });
    }
    case "/forced-206":
      return send(206, "text/plain", "a part of it", { "Content-Range": "bytes 0-11/2000" });
    case "/chunked":
      response.writeHead(200, { "Content-Type": JSON_TYPE });
      // Squid 5.7 stalls where content comes faster than it is taken (its bug 5352).
      return void slowly(response, CHUNKED);
    case "/abort":
      response.writeHead(200, { "Content-Type": JSON_TYPE, "Content-Length": "100000" });
      response.write(jsonOfLength(5000));
      return void setTimeout(() => response.destroy(), 100);
    case "/events": {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      const events = ["one", "<script>alert(1)</script>", "three"];
      const timer = setInterval(() => {
        const event = events.shift();
        if (event !== undefined) response.write(`data: ${event}\n\n`);
        else {
          clearInterval(timer);
          response.end();
        }
      }, 100);
      return;
    }
    default:
      return send(
        200,
        JSON_TYPE,
        JSON.stringify({
          path: url.pathname,
          method: request.method,
          got: Number(request.headers["content-length"] ?? 0),
        }),
      );
  }
}

/** Gets a URL through a proxy in this process: a thousand times curl would take a minute. */
async function getThrough(proxy: string, url: string): Promise<{ readonly status: number; readonly body: Buffer }> {
  const { hostname, port } = new URL(proxy);
  return await new Promise((resolve) => {
    const broken = (): void => resolve({ status: 0, body: Buffer.alloc(0) });
    const request = httpRequest({ hostname, port, path: url, agent: false, timeout: 30_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", broken);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    request.on("timeout", () => request.destroy());
    request.on("error", broken).end();
  });
}

async function slowly(response: ServerResponse, content: string): Promise<void> {
  for (let at = 0; at < content.length; at += 8000) {
    response.write(content.slice(at, at + 8000));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  response.end();
}

function schemaFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "s"));
  writeFileSync(join(folder, "s", "routes.yaml"), "GET /items: { 200: item.json }\n");
  writeFileSync(
    join(folder, "s", "item.json"),
    JSON.stringify({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { id: { type: "integer" } },
    }),
  );
  return join(folder, "s");
}

/** The same for plain HTTP, for HTTPS that Squid opens, and over icaps. */
const WAYS = ["plain", "ssl-bump", "icaps"] as const;

describe.skipIf(!hasSquid).each(WAYS)("curl through Squid, %s", (way) => {
  let vendor: TestVendor;
  let service: Service;
  let squid: TestSquid;
  let common: string[] = [];
  beforeAll(async () => {
    const { authority, certificate, key } = testCertificates();
    const tls = { cert: readFileSync(certificate), key: readFileSync(key) };
    vendor = way === "ssl-bump" ? await listening(createServer(tls, answer)) : await startVendor(answer);
    const upstream = way === "ssl-bump" ? vendor.url.replace("http://127.0.0.1", "https://localhost") : vendor.url;
    service = await startIcap(way === "icaps" ? { tls: { listen: "127.0.0.1:0", certificate, key } } : {}, {
      vendors: { acme: { upstream, insecure: true, schemas: schemaFolder() } },
    });
    squid = await startSquid({
      file: way === "ssl-bump" ? "squid-ssl-bump.conf" : "squid.conf",
      icap: (way === "icaps" ? service.icapsUrl : service.icapUrl) ?? "",
      service: way === "icaps" ? `tls-cafile=${authority} tls-domain=localhost` : "",
      lines: way === "ssl-bump" ? [`tls_outgoing_options cafile=${authority} min-version=1.2`] : [],
    });
    common = ["-x", squid.proxy, ...(squid.authority === undefined ? [] : ["--cacert", squid.authority])];
    vendor = { ...vendor, url: upstream };
  });
  afterAll(async () => {
    await squid?.stop();
    await service?.close();
    await vendor?.close();
  });
  const get = async (path: string, ...words: string[]) => await curl(...common, ...words, `${vendor.url}${path}`);

  it.each([0, 1, 60, 4095, 4096, 4097, 20_000, 64_000])(
    "clean JSON of %i bytes arrives byte for byte",
    async (length) => {
      const { status, body, head } = await get(`/length?n=${length}`);
      expect([status, body.toString(), head.includes("Lazaret")]).toEqual([200, jsonOfLength(length), false]);
    },
  );

  it.runIf(way === "plain")("2 MB in chunks arrive byte for byte", async () => {
    const { status, body } = await get("/chunked");
    expect([status, body.toString() === CHUNKED]).toEqual([200, true]);
  });

  it("an attack arrives sanitized, and nothing else is changed", async () => {
    const { status, body, head } = await get("/xss");
    expect([status, body.toString()]).toEqual([200, '{"a": "[removed by lazaret]", "b":  1.50}']);
    expect(head).toContain("Lazaret-Verdict: sanitized");
    expect(head).toContain(`Content-Length: ${body.length}\r\n`);
  });

  it.each([
    ["malware", "/eicar", "malware"],
    ["a bomb", "/bomb", "limits"],
    ["what its schema does not allow", "/items?bad", "schema"],
    ["a part of content", "/forced-206", "unscannable"],
    ["a body that broke off", "/abort", "malformed"],
  ])("%s gives the block page", async (_, path, category) => {
    const { status, body, head } = await get(path);
    expect([status, JSON.parse(body.toString()).type]).toEqual([403, "urn:lazaret:blocked"]);
    expect(body.toString()).toContain(`"category":"${category}"`);
    expect(head).toContain("Lazaret-Verdict: blocked");
  });

  it("gzip stays as it came, HEAD, 204 and 304 have no body", async () => {
    const gzip = await get("/gzip");
    expect([gzip.status, gzip.head.includes("Content-Encoding: gzip"), gzip.body.equals(gzipSync('{"a":1}'))]).toEqual([
      200,
      true,
      true,
    ]);
    const head = await get("/length?n=500", "-I");
    expect([head.status, head.head.includes("Content-Length: 500"), head.body.length]).toEqual([200, true, 0]);
    expect([(await get("/none")).status, (await get("/304")).status]).toEqual([204, 304]);
    expect((await get("/items")).body.toString()).toBe('{"id":1}');
  });

  it("a range is answered with the whole, which can be inspected", async () => {
    const { status, body } = await get("/range", "-r", "0-99");
    expect([status, body.toString()]).toEqual([200, jsonOfLength(2000)]);
  });

  it("an event stream is inspected event by event", async () => {
    const { status, body } = await get("/events", "-N");
    expect([status, body.toString()]).toEqual([
      200,
      expect.stringMatching(/^data: one\n\ndata: .*\n\ndata: three\n\n$/),
    ]);
    expect(body.toString()).not.toContain("script");
  });

  it("uploads pass, and one with malware is refused", async () => {
    const clean = await get("/upload", "-d", '{"a":"1 OR 1=1"}', "-H", "Content-Type: application/json");
    expect([clean.status, JSON.parse(clean.body.toString())]).toEqual([
      200,
      { path: "/upload", method: "POST", got: 16 },
    ]);
    const file = join(temporaryFolder(), "upload");
    writeFileSync(file, EICAR);
    const hostile = await get("/upload", "--data-binary", `@${file}`, "-H", "Content-Type: text/plain");
    expect([hostile.status, hostile.body.toString().includes("The request's content was blocked")]).toEqual([
      403,
      true,
    ]);
  });
});

describe.skipIf(!hasSquid)("Lazaret behind Squid", () => {
  it("a body over 64 kB of a known length arrives whole or, with a Squid that has bug 5352, not at all", async () => {
    const vendor = await startVendor(answer);
    const service = await startIcap();
    const squid = await startSquid({
      file: "squid.conf",
      icap: service.icapUrl ?? "",
      lines: ["icap_io_timeout 2 seconds"],
    });
    const { status, body } = await curl("-x", squid.proxy, `${vendor.url}/length?n=300000`);
    expect(status === 200 ? body.toString() : `${status}`).toBe(status === 200 ? jsonOfLength(300_000) : "500");
    await squid.stop();
    await service.close();
    await vendor.close();
  });

  it("a body over limits.body arrives whole in monitor mode, whatever Squid says of 204", async () => {
    const vendor = await startVendor(answer);
    const service = await startIcap(
      {},
      { policy: { mode: "monitor", antivirus: { engines: ["yara"] }, limits: { body: "50kB" } } },
    );
    const squid = await startSquid({ file: "squid.conf", icap: service.icapUrl ?? "" });
    for (const [path, content] of [
      ["/length?n=60000", jsonOfLength(60_000)],
      ["/length?n=300000", jsonOfLength(300_000)],
      ["/chunked", CHUNKED],
    ] as const) {
      const { status, body } = await curl("-x", squid.proxy, `${vendor.url}${path}`);
      expect([path, status, body.toString() === content]).toEqual([path, 200, true]);
    }
    await squid.stop();
    await service.close();
    await vendor.close();
  });

  it("stopped, restarted and reloaded while 1,000 requests flow, lets nothing through uninspected and loses nothing", async () => {
    const vendor = await startVendor(answer);
    const port = await freePort();
    const folder = temporaryFolder();
    const start = async (): Promise<Service> =>
      await startService({
        load: async () =>
          loadConfigText(
            JSON.stringify({
              listen: "127.0.0.1:0",
              admin: { listen: "127.0.0.1:0" },
              state: folder,
              icap: { listen: `127.0.0.1:${port}` },
              policy: { antivirus: { engines: ["yara"] } },
            }),
            "test",
            {},
          ),
        log: createLog("silent", "json"),
      });
    let service = await start();
    const squid = await startSquid({ file: "squid.conf", icap: `icap://127.0.0.1:${port}` });
    const statuses = new Map<string, number>();
    let isDown = false;
    let sent = 0;
    const client = async (): Promise<void> => {
      while (sent < 1000) {
        const number = sent++;
        const path = number % 3 === 0 ? "/xss" : `/length?n=${number}`;
        const downBefore = isDown;
        const { status, body } = await getThrough(squid.proxy, `${vendor.url}${path}`);
        const down = downBefore || isDown;
        const isRight =
          body.toString() === (path === "/xss" ? '{"a": "[removed by lazaret]", "b":  1.50}' : jsonOfLength(number));
        const outcome = status === 200 ? (isRight ? "right" : "WRONG") : `${status}${down ? " while down" : ""}`;
        statuses.set(outcome, (statuses.get(outcome) ?? 0) + 1);
      }
    };
    const clients = Promise.all(Array.from({ length: 4 }, client));
    const reached = async (number: number): Promise<void> => {
      for (;;) {
        if (sent >= number) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    // Both are asked for while requests are in flight, and some are left for after them.
    for (const number of [100, 200, 300]) {
      await reached(number);
      expect(await service.reload()).toEqual([]);
    }
    for (const number of [400, 700]) {
      await reached(number);
      isDown = true;
      await service.close();
      await new Promise((resolve) => setTimeout(resolve, 300));
      service = await start();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      isDown = false;
    }
    await clients;
    await squid.stop();
    await service.close();
    await vendor.close();
    const outcomes = Object.fromEntries(statuses);
    expect(Object.keys(outcomes).filter((outcome) => outcome !== "right" && !outcome.endsWith(" while down"))).toEqual(
      [],
    );
    expect(outcomes["right"]).toBeGreaterThan(500);
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(1000);
  }, 120_000);
});
