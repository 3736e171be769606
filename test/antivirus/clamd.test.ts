import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClamdEngine } from "../../src/inspect/antivirus/clamd.ts";
import type { ScanResult } from "../../src/inspect/antivirus/engine.ts";
import { createInspector } from "../../src/index.ts";
import { jsonOf } from "../support/http.ts";
import { EICAR, hasClamd, MARKER, testClamd, type TestClamd } from "../support/clamd.ts";
import { startVendor, startWith } from "../support/vendor.ts";

function engine(address: string, options: { timeout?: number; required?: boolean } = {}): ClamdEngine {
  const { timeout = 5000, required = true } = options;
  return new ClamdEngine({ address, required, timeout, longest: 1e6, now: () => Date.now() });
}

/** A TCP port before a clamd, which knows the connections that were made to it. */
async function relay(path: string) {
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    const clamd = connect(path);
    clamd.on("error", () => socket.destroy());
    socket.on("error", () => clamd.destroy());
    socket.pipe(clamd).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, connections, close: () => server.close() };
}

describe.skipIf(!hasClamd)("a real clamd", () => {
  let clamd: TestClamd;
  beforeAll(async () => {
    clamd = await testClamd(["StreamMaxLength 1M"]);
    await clamd.start();
  });
  afterAll(async () => {
    await clamd.kill();
  });

  it.each(["socket", "address"] as const)("is asked over its %s", async (place) => {
    const asked = engine(clamd[place]);
    expect(await asked.scan(Buffer.from("clean"))).toEqual({ kind: "clean" });
    expect(await asked.scan(Buffer.from(`x${MARKER}x`))).toEqual({
      kind: "infected",
      names: ["Test.Marker.UNOFFICIAL"],
    });
    const { state, detail } = await asked.health();
    expect([state, detail]).toEqual(["up", expect.stringMatching(/^ClamAV \d.* at /)]);
  });

  it("blocks malware: as a body, in base64 in JSON, as ClamAV's own test file", async () => {
    const inspector = await createInspector({ policy: { antivirus: { engines: ["clamd"], clamd: clamd.socket } } });
    const rules = async (body: string | Uint8Array, contentType: string) => {
      const { verdict, findings } = await inspector.inspect({ body, contentType });
      return [verdict, findings.map(({ rule, location }) => `${rule} ${location.part}`)];
    };
    expect(await rules(EICAR, "text/plain")).toEqual([
      "blocked",
      ["lazaret/clamd/Eicar-Test-Signature.UNOFFICIAL body"],
    ]);
    const base64 = JSON.stringify({ file: Buffer.from(EICAR).toString("base64") });
    expect(await rules(base64, "application/json")).toEqual([
      "blocked",
      ["lazaret/clamd/Eicar-Test-Signature.UNOFFICIAL body > $.file (base64)"],
    ]);
    const [verdict, found] = await rules(
      readFileSync("/usr/share/clamav-testfiles/clam.exe"),
      "application/octet-stream",
    );
    expect([verdict, found]).toEqual([
      "blocked",
      expect.arrayContaining(["lazaret/clamd/Clamav.Test.File.UNOFFICIAL body"]),
    ]);
  });

  it("replaces only the string that carries malware, where policy says so", async () => {
    const inspector = await createInspector({
      policy: { on: { malware: "sanitize" }, antivirus: { engines: ["clamd"], clamd: clamd.socket } },
    });
    const body = JSON.stringify({ a: 1, file: Buffer.from(MARKER).toString("base64"), b: "kept" });
    const verdict = await inspector.inspect({ body, contentType: "application/json" });
    expect([verdict.verdict, JSON.parse(Buffer.from(verdict.body).toString())]).toEqual([
      "sanitized",
      { a: 1, file: "[removed by lazaret]", b: "kept" },
    ]);
  });

  it("that takes less than what is sent gives no clean answer", async () => {
    const asked = new ClamdEngine({
      address: clamd.address,
      required: true,
      timeout: 5000,
      longest: 1e8,
      now: () => Date.now(),
    });
    for (const size of [1.5e6, 2e7]) expect((await asked.scan(Buffer.alloc(size, "x"))).kind).toBe("failed");
    expect(await asked.scan(Buffer.from("after it"))).toEqual({ kind: "clean" });
  });

  it("is asked about many bodies at a time over few connections, and each gets its own answer", async () => {
    const between = await relay(clamd.socket);
    const asked = engine(between.address);
    const bodies = Array.from(
      { length: 300 },
      (_, i) => `${i} ${i % 3 === 0 ? MARKER : "clean"} ${"x".repeat(i * 50)}`,
    );
    const kinds = await Promise.all(bodies.map(async (body) => (await asked.scan(Buffer.from(body))).kind));
    expect(kinds).toEqual(bodies.map((_, i) => (i % 3 === 0 ? "infected" : "clean")));
    expect(await asked.scan(Buffer.alloc(300_000, "large"))).toEqual({ kind: "clean" });
    // Beside ten sessions: the version, once.
    expect(between.connections).toHaveLength(10 + 1);
    between.close();
  });

  it("is asked again about what a connection that broke left without an answer", async () => {
    const between = await relay(clamd.socket);
    const asked = engine(between.address);
    expect(await asked.scan(Buffer.from("before"))).toEqual({ kind: "clean" });
    // The session that was kept ends as soon as something more is sent over it.
    for (const socket of between.connections) socket.on("data", () => socket.resetAndDestroy());
    const results = [asked.scan(Buffer.from(`after ${MARKER}`)), asked.scan(Buffer.from("after"))];
    expect((await Promise.all(results)).map(({ kind }) => kind)).toEqual(["infected", "clean"]);
    between.close();
  });

  it("killed and started again under load: never a clean answer for malware, and it is found again", async () => {
    const own = await testClamd();
    await own.start();
    const vendor = await startVendor((_request, response) => {
      response.setHeader("Content-Type", "text/plain").end(`${MARKER} ${Math.random()}`);
    });
    const service = await startWith({
      vendors: { acme: { upstream: vendor.url, insecure: true } },
      policy: { antivirus: { engines: ["clamd"], clamd: own.address, timeout: "2s" } },
    });
    const seen = new Set<string>();
    const stopping = new AbortController();
    const load = Array.from({ length: 8 }, async () => {
      while (!stopping.signal.aborted) {
        const response = await fetch(`${service.gatewayUrl}/acme/x`);
        const { findings } = await jsonOf<{ findings: { category: string }[] }>(response);
        seen.add(`${response.status} ${findings[0]?.category}`);
      }
    });
    const ready = async (): Promise<number> => (await fetch(`${service.adminUrl}/readyz`)).status;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await ready()).toBe(200);
    await own.kill();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await ready()).toBe(503);
    await own.start();
    for (let i = 0; i < 50 && (await ready()) !== 200; i++) await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise((resolve) => setTimeout(resolve, 300));
    stopping.abort();
    await Promise.all(load);
    expect([...seen].toSorted()).toEqual(["502 malware", "502 unscannable"]);
    expect(await (await fetch(`${service.gatewayUrl}/acme/x`)).json()).toMatchObject({
      findings: [{ category: "malware" }],
    });
    await service.close();
    await vendor.close();
    await own.kill();
  });
});

describe("a clamd that misbehaves gives no clean answer", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  async function fake(answer: (socket: Socket, received: Buffer) => void): Promise<string> {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      let received: Buffer = Buffer.alloc(0);
      socket.on("data", (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        if (received.toString("latin1").includes("VERSION")) socket.end("ClamAV 1.4.3\n");
        else answer(socket, received);
      });
    });
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  }

  const whenWhole =
    (reply: (socket: Socket) => void) =>
    (socket: Socket, received: Buffer): void => {
      if (received.subarray(-4).equals(Buffer.alloc(4))) reply(socket);
    };

  it.each<[string, (socket: Socket, received: Buffer) => void]>([
    ["says that the command timed out", whenWhole((socket) => socket.end("COMMAND READ TIMED OUT\0"))],
    ["says nothing and closes", whenWhole((socket) => socket.end())],
    ["says something unknown", whenWhole((socket) => socket.end("stream: MAYBE\0"))],
    ["says an error", whenWhole((socket) => socket.end("stream: Can't allocate memory ERROR\0"))],
    ["says OK of something else", whenWhole((socket) => socket.end("/etc/passwd: OK\0"))],
    ["resets the connection", (socket) => socket.resetAndDestroy()],
    ["stalls", () => {}],
    ["refuses the size before the end", (socket) => socket.end("INSTREAM size limit exceeded. ERROR\0")],
  ])("%s", async (_name, answer) => {
    const result: ScanResult = await engine(await fake(answer), { timeout: 500 }).scan(Buffer.alloc(200_000, "x"));
    expect(result.kind).toBe("failed");
  });

  /** Speaks sessions; what is asked without one gets no answer. */
  const inSession =
    (reply: (socket: Socket) => void, when = Buffer.alloc(4)) =>
    (socket: Socket, received: Buffer): void => {
      const said = received.toString("latin1");
      if (!said.startsWith("zIDSESSION\0")) socket.end();
      else if (said.endsWith("zPING\0")) socket.write("1: PONG\0");
      else if (said.includes("zINSTREAM\0") && received.includes(when, "zIDSESSION\0zPING\0zINSTREAM\0".length + 4))
        reply(socket);
    };

  it.each<[string, (socket: Socket, received: Buffer) => void]>([
    ["says OK of something else", inSession((socket) => socket.write("2: /etc/passwd: OK\0"))],
    ["says OK of what was not asked", inSession((socket) => socket.write("7: stream: OK\0"))],
    ["says OK without saying of what", inSession((socket) => socket.write("stream: OK\0"))],
    ["says OK twice", inSession((socket) => socket.write("2: stream: OK\x003: stream: OK\0"))],
    ["says OK before all was sent", inSession((socket) => socket.pause().write("2: stream: OK\0"), Buffer.from("x"))],
    ["says an error", inSession((socket) => socket.write("2: Can't allocate memory ERROR\0"))],
    ["never ends its answer", inSession((socket) => socket.write(`2: stream: ${"x".repeat(1e5)}`))],
    ["stalls", inSession(() => {})],
    ["ends the session", inSession((socket) => socket.end())],
  ])("%s, in a session", async (name, answer) => {
    const asked = new ClamdEngine({
      address: await fake(answer),
      required: true,
      timeout: 500,
      longest: 1e8,
      now: () => Date.now(),
    });
    // More than the system's buffers take, where it matters that it was not all sent.
    const size = name.includes("before") ? 2e7 : 2e5;
    expect((await asked.scan(Buffer.alloc(size, "x"))).kind).toBe("failed");
  });
});

describe("a clamd that is not there", () => {
  it("and was named leads to the configured outcome, each time", async () => {
    const outcome = async (unavailable: "block" | "report") => {
      const inspector = await createInspector({
        policy: { antivirus: { engines: ["clamd"], clamd: "127.0.0.1:1", unavailable } },
      });
      const { verdict, findings } = await inspector.inspect({ body: "{}", contentType: "application/json" });
      return [verdict, findings.map(({ rule, category, action }) => [rule, category, action])];
    };
    expect(await outcome("block")).toEqual(["blocked", [["lazaret/clamd/no-verdict", "unscannable", "block"]]]);
    expect(await outcome("report")).toEqual(["pass", [["lazaret/clamd/no-verdict", "unscannable", "report"]]]);
  });

  it("and was not named is no finding", async () => {
    expect(await engine("127.0.0.1:1", { required: false }).scan(Buffer.from("x"))).toEqual({ kind: "absent" });
    expect((await engine("127.0.0.1:1", { required: false }).health()).state).toBe("absent");
  });
});
