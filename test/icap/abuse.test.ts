import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Admission } from "../../src/bodies/admission.ts";
import { loadConfigText } from "../../src/config/load.ts";
import type { Inspector, Verdict } from "../../src/core/verdict.ts";
import { testCertificates } from "../support/certificates.ts";
import { respmod, type RespmodOptions, reqmod, responseHead } from "../support/icap-messages.ts";
import { startIcap, talk } from "../support/icap-peer.ts";
import { serveIcap } from "../support/icap-server.ts";
import { temporaryFolder } from "../support/vendor.ts";

const CLEAN = '{"ok":true}';
const OPTIONS = "OPTIONS icap://h/respmod ICAP/1.0\r\n\r\n";

function passed(body: Uint8Array): Verdict {
  return { verdict: "pass", findings: [], changes: [], status: 200, headers: [], body, elapsedMs: 0 };
}

/** Requirements 58 to 66 of `docs/icap-conformance.md`: errors, slow and hostile clients, who may use the service. */
describe("ICAP errors and abuse", () => {
  let service: Awaited<ReturnType<typeof startIcap>>;
  let port = 0;
  beforeAll(async () => {
    service = await startIcap({ timeouts: { idle: "700ms", head: "600ms", body: "400ms", exchange: "1200ms" } });
    port = service.port;
  });
  afterAll(async () => await service.close());

  it("58: who sends nothing, half a head, half a body or a byte now and then is ended in time", async () => {
    const began = performance.now();
    const idle = await talk(port, "", { close: true });
    expect([idle.raw, idle.closed]).toEqual(["", true]);
    const head = await talk(port, OPTIONS.slice(0, 20), { close: true });
    expect([head.replies[0]?.status, head.closed]).toEqual([408, true]);
    const slowHead = await talk(
      port,
      [...OPTIONS].flatMap((byte) => [byte, 60]),
      { close: true },
    );
    expect(slowHead.replies[0]?.status).toBe(408);
    const body = await talk(port, respmod("", { end: "100\r\nabc" }), { close: true });
    expect(body.replies[0]?.status).toBe(408);
    const slowBody = await talk(
      port,
      [respmod("", { end: "100\r\n" }), ...Array.from({ length: 20 }, () => ["a", 100]).flat()],
      { close: true },
    );
    expect(slowBody.replies[0]?.status).toBe(408);
    expect(performance.now() - began).toBeLessThan(12_000);
    const afterOne = await talk(port, OPTIONS, { close: true });
    expect([afterOne.replies.map(({ status }) => status), afterOne.closed]).toEqual([[200], true]);
  }, 30_000);

  it("58: an answer that nobody takes in is given up", async () => {
    const big = { ...passed(Buffer.alloc(30_000_000)), headers: [] };
    const server = await serveIcap({ inspect: async () => big });
    const socket = connect(server.port, "127.0.0.1").pause();
    socket.write(respmod(CLEAN, { allow: "" }));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    socket.resume();
    let length = 0;
    socket.on("data", (data) => (length += data.length));
    await once(socket, "close");
    expect(length).toBeLessThan(30_000_000);
    await server.close(100);
  });

  it("58: an answer that is taken in slowly is sent to its end", async () => {
    const server = await serveIcap({ inspect: async () => passed(Buffer.alloc(12_000_000, "x")) });
    const socket = connect(server.port, "127.0.0.1").pause();
    socket.write(respmod(CLEAN, { allow: "" }));
    let length = 0;
    const began = performance.now();
    // Longer than the service waits for a client that takes in nothing.
    while (length < 12_000_000 && !socket.destroyed && performance.now() - began < 20_000) {
      const chunk: Buffer | null = socket.read();
      length += chunk?.length ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect([length > 12_000_000, performance.now() - began > 1000]).toEqual([true, true]);
    socket.destroy();
    await server.close(100);
  });

  it("59: a body over the limit is a page, and a head over the limit an ICAP error", async () => {
    const own = await startIcap({}, { policy: { antivirus: { engines: ["yara"] }, limits: { body: "10kB" } } });
    const [reply] = (await talk(own.port, respmod(JSON.stringify({ a: "a".repeat(20_000) })))).replies;
    expect([reply?.status, reply?.http.split("\r\n")[0], reply?.body.includes("lazaret/limits/body")]).toEqual([
      200,
      "HTTP/1.1 403 Forbidden",
      true,
    ]);
    await own.close();
  });

  it("59: where policy only reports, a body over the limit comes back whole, and breaks off where it broke off", async () => {
    const monitor = await startIcap(
      {},
      { policy: { mode: "monitor", antivirus: { engines: ["yara"] }, limits: { body: "10kB" } } },
    );
    const large = JSON.stringify({ a: "a".repeat(300_000) });
    expect((await talk(monitor.port, respmod(large))).replies[0]?.status).toBe(204);
    // A field that only Lazaret sets is taken off, so that no client can be told to go on with its own.
    const changed = `HTTP/1.1 200 OK\r\nLazaret-Verdict: pass\r\nContent-Length: ${large.length}\r\n\r\n`;
    const ways: readonly RespmodOptions[] = [
      { allow: "" },
      { allow: "", preview: 4096, rest: true },
      { allow: "", preview: 12_000, rest: true, responseHead: changed },
      { allow: "", responseHead: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" },
    ];
    for (const way of ways) {
      const text = respmod(large, way);
      const { replies } = await talk(monitor.port, text + respmod(CLEAN), {
        replies: way.preview === undefined ? 2 : 3,
      });
      const [whole, next] = replies.filter(({ status }) => status !== 100);
      expect([way, whole?.status, whole?.body === large, next?.status]).toEqual([way, 200, true, 204]);
      expect(whole?.http).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*Lazaret-Verdict: pass;would=blocked\r\n/);
      expect(/Content-Length: (\d+)/.exec(whole?.http ?? "")?.[1] ?? "none").toBe(
        text.includes("Content-Length") ? String(large.length) : "none",
      );
    }
    const upload = (await talk(monitor.port, reqmod(large, { allow: "" }))).replies[0];
    expect([upload?.status, upload?.http.split("\r\n")[0], upload?.body === large]).toEqual([
      200,
      "POST http://api.test/x HTTP/1.1",
      true,
    ]);
    const events = `data: ${"a".repeat(200_000)}\n\ndata: b\n\n`;
    const eventStream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    const stream = (await talk(monitor.port, respmod(events, { allow: "", responseHead: eventStream }))).replies[0];
    expect([stream?.fields["Lazaret-Verdict"], stream?.body === events]).toEqual(["pass;would=blocked", true]);
    for (const broken of [
      respmod(large, { allow: "", responseHead: responseHead(large.length + 1) }),
      respmod(large, { allow: "", end: "5\r\nhelloXX" }),
    ]) {
      const { raw, replies, closed } = await talk(monitor.port, broken, { close: true });
      expect([raw.startsWith("ICAP/1.0 200 OK"), replies, closed]).toEqual([true, [], true]);
    }
    await monitor.close();
  });

  it("60: too many connections, exchanges or waiting bodies are 503, and the service goes on", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const inspector: Inspector = {
      inspect: async ({ body }) => {
        await held;
        return passed(body);
      },
    };
    const few = await serveIcap(inspector, { connections: 2, exchanges: 1 });
    const first = talk(few.port, respmod(CLEAN));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const busy = await talk(few.port, respmod(CLEAN), { close: true });
    expect([busy.replies[0]?.status, busy.replies[0]?.fields["Connection"]]).toEqual([503, "close"]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const idle = connect(few.port, "127.0.0.1");
    await once(idle, "connect");
    const third = await talk(few.port, OPTIONS, { close: true });
    expect(third.replies[0]).toMatchObject({ status: 503, fields: { "Retry-After": "1", Connection: "close" } });
    idle.destroy();
    release();
    expect((await first).replies[0]?.status).toBe(204);
    expect((await talk(few.port, respmod(CLEAN))).replies[0]?.status).toBe(204);
    await few.close(100);
  });

  it("60: bodies that find no room and no place in the line are 503", async () => {
    const inspector: Inspector = {
      inspect: async ({ body }) => (await new Promise((resolve) => setTimeout(resolve, 300)), passed(body)),
    };
    const server = await serveIcap(inspector);
    const body = "a".repeat(700_000);
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => await talk(server.port, respmod(body), { patience: 8000 })),
    );
    const statuses = answers.map(({ replies }) => replies[0]?.status ?? 0).toSorted((a, b) => a - b);
    expect(statuses).toEqual([204, 204, 204, 503, 503, 503]);
    await server.close(100);
  });

  it("60: a large body that the disk does not take is 503", async () => {
    const spool = join(temporaryFolder(), "file");
    writeFileSync(spool, "");
    const server = await serveIcap(
      { inspect: async ({ body }) => passed(body) },
      { spool: join(spool, "below"), admission: new Admission(2 ** 29, 10) },
    );
    const { replies } = await talk(server.port, respmod("a".repeat(3_000_000)), { close: true });
    expect(replies.map(({ status, head }) => [status, head.includes(spool)])).toEqual([[503, false]]);
    expect(server.errors).toEqual([expect.stringContaining(spool)]);
    expect((await talk(server.port, respmod("a"))).replies[0]?.status).toBe(204);
    await server.close(100);
  });

  it("61: what fails inside is 500 without a word of it, and the service goes on", async () => {
    let fails = true;
    const server = await serveIcap({
      inspect: async ({ body }) => {
        if (fails) throw new Error("secret /path/to/source.ts");
        return passed(body);
      },
    });
    const { raw, replies, closed } = await talk(server.port, respmod(CLEAN), { close: true });
    expect([replies.map(({ status }) => status), closed, raw.includes("secret")]).toEqual([[500], true, false]);
    expect(server.errors).toEqual(["Error: secret /path/to/source.ts"]);
    fails = false;
    expect((await talk(server.port, respmod(CLEAN))).replies[0]?.status).toBe(204);
    await server.close(100);
  });

  it("62: the same message again after a connection that broke gets the verdict of the first time", async () => {
    let inspected = 0;
    const inspector: Inspector = {
      inspect: async ({ body }) => {
        inspected++;
        await new Promise((resolve) => setTimeout(resolve, 200));
        return { ...passed(body), incident: `incident-${inspected}` };
      },
    };
    const server = await serveIcap(inspector);
    const socket = connect(server.port, "127.0.0.1");
    socket.write(respmod(CLEAN));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const again = await talk(server.port, respmod(CLEAN));
    const third = await talk(server.port, respmod(CLEAN));
    expect([again, third].map(({ replies }) => replies[0]?.fields["Lazaret-Incident"])).toEqual([
      "incident-1",
      "incident-2",
    ]);
    expect(inspected).toBe(2);
    await server.close(100);
  });

  it("63: nothing in a body or head becomes a request, and nothing after a malformed one is read", async () => {
    const hidden = `x\r\n\r\n${OPTIONS}`;
    const inBody = await talk(port, respmod(hidden, { type: "text/plain" }) + OPTIONS, { replies: 2 });
    expect(inBody.replies.map(({ status, fields }) => [status, fields["Methods"]])).toEqual([
      [204, undefined],
      [200, "RESPMOD"],
    ]);
    const after = await talk(port, `FOO\r\n\r\n${OPTIONS}${OPTIONS}`, { close: true });
    expect([after.replies.map(({ status }) => status), after.closed]).toEqual([[400], true]);
    const inHead = respmod(CLEAN, { responseHead: `HTTP/1.1 200 OK\r\n\r\n${OPTIONS}` });
    expect((await talk(port, inHead, { close: true })).replies.map(({ status }) => status)).toEqual([400]);
  });

  it("64: secrets of a client are in no log and no answer; an empty X-Client-IP is legal", async () => {
    const fields =
      "Proxy-Authorization: Basic c2VjcmV0\r\nX-Authenticated-User: Ym9i\r\nX-Client-IP: \r\nAuthorization: c2VjcmV0\r\nCookie: c2VjcmV0\r\n";
    const requestHead = "GET http://api.test/x HTTP/1.1\r\nHost: api.test\r\nCookie: c2VjcmV0\r\n\r\n";
    const { replies, raw } = await talk(port, respmod('{"a":"<script>alert(1)</script>"}', { fields, requestHead }));
    expect([replies[0]?.fields["Lazaret-Verdict"], /c2VjcmV0|Ym9i/.test(raw)]).toEqual(["sanitized", false]);
    const incident = await fetch(`${service.adminUrl}/v1/incidents/${replies[0]?.fields["Lazaret-Incident"]}`);
    expect(await incident.text()).toMatch(/^(?!.*(?:c2VjcmV0|Ym9i)).*"door":"icap"/s);
  });

  it("65: only clients that are allowed are served, by address", async () => {
    const none = await startIcap({ allow: ["10.0.0.0/8"] });
    const refused = await talk(none.port, OPTIONS, { close: true });
    expect([refused.replies.map(({ status }) => status), refused.closed]).toEqual([[403], true]);
    await none.close();
    const own = await startIcap({ allow: ["127.0.0.0/8"] });
    expect((await talk(own.port, OPTIONS)).replies[0]?.status).toBe(200);
    await own.close();
    expect(() => loadConfigText(JSON.stringify({ icap: { listen: "127.0.0.1:0", allow: ["x"] } }), "f", {})).toThrow(
      "icap.allow.0: expected an address or network",
    );
  });

  it("65: icaps, with client certificates where these are asked for", async () => {
    const { authority, certificate, key } = testCertificates();
    const ca = readFileSync(authority);
    const own = await startIcap({ tls: { listen: "127.0.0.1:0", certificate, key, clients: authority } });
    const tlsPort = Number(own.icapsUrl?.split(":").at(-1));
    expect([own.icapUrl, own.icapsUrl]).toEqual([expect.stringMatching(/^icap:/), expect.stringMatching(/^icaps:/)]);
    const identified = connectTls({
      host: "127.0.0.1",
      port: tlsPort,
      ca,
      servername: "localhost",
      cert: readFileSync(certificate),
      key: readFileSync(key),
    });
    await once(identified, "secureConnect");
    expect([identified.getProtocol(), (await talk(identified, respmod(CLEAN))).replies[0]?.status]).toEqual([
      "TLSv1.3",
      204,
    ]);
    identified.destroy();
    const anonymous = connectTls({ host: "127.0.0.1", port: tlsPort, ca, servername: "localhost" });
    await once(anonymous, "secureConnect");
    const { raw, closed } = await talk(anonymous, OPTIONS, { close: true });
    expect([raw, closed]).toEqual(["", true]);
    await own.close();
    const only = await startIcap({ tls: { certificate, key } });
    expect([only.icapUrl, only.icapsUrl]).toEqual([undefined, expect.stringMatching(/^icaps:/)]);
    await only.close();
  });

  it("66: request lines of every kind are taken as they are", async () => {
    for (const line of [
      "GET https://api.test:443/a?b HTTP/1.1",
      "CONNECT api.test:443 HTTP/1.1",
      "PUT /f.txt HTTP/1.0",
      "REQMOD http://api.test/x HTTP/1.0",
      "GET /with space HTTP/1.1",
      "GET /x",
      "nonsense",
    ])
      expect([
        line,
        (await talk(port, reqmod(undefined, { head: `${line}\r\nHost: h\r\n\r\n` }))).replies[0]?.status,
      ]).toEqual([line, 204]);
    expect((await talk(port, respmod(CLEAN, { responseHead: "ICY 200 OK\r\n\r\n" }))).replies[0]?.status).toBe(400);
  });

  it("a thousand idle connections cost nothing and end; busy ones are drained", async () => {
    const idlers = Array.from({ length: 1000 }, () => {
      const socket = connect(port, "127.0.0.1")
        .on("error", () => {})
        .resume();
      return { connected: once(socket, "connect"), closed: once(socket, "close") };
    });
    await Promise.all(idlers.map(async ({ connected }) => await connected));
    expect((await talk(port, respmod(CLEAN))).replies[0]?.status).toBe(204);
    await Promise.all(idlers.map(async ({ closed }) => await closed));
    const server = await serveIcap({
      inspect: async ({ body }) => (await new Promise((resolve) => setTimeout(resolve, 300)), passed(body)),
    });
    const idle = connect(server.port, "127.0.0.1").resume();
    await once(idle, "connect");
    const flying = talk(server.port, respmod(CLEAN), { close: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closing = server.close(5000);
    await once(idle, "close");
    const answer = await flying;
    expect([answer.replies[0]?.status, answer.replies[0]?.fields["Connection"], answer.closed]).toEqual([
      204,
      "close",
      true,
    ]);
    await closing;
  });
});
