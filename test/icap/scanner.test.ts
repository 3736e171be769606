import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IcapClient } from "../../icap/client/client.ts";
import { createInspector } from "../../src/index.ts";
import { hasCIcap, testCIcap, type TestCIcap } from "../support/c-icap.ts";
import { EICAR, hasClamd, MARKER, testClamd, type TestClamd } from "../support/clamd.ts";
import { lazaret } from "../support/command-line.ts";
import { freePort } from "../support/free-port.ts";
import { jsonOf } from "../support/http.ts";
import { startIcap } from "../support/icap-peer.ts";
import { startWith, temporaryFolder } from "../support/vendor.ts";

const LARGE = 6 * 2 ** 20;

function client(port: number, service: string, timeout = 20_000): IcapClient {
  const url = new URL(`icap://127.0.0.1:${port}/${service}`);
  return new IcapClient({ url, timeout, connections: 4, slack: 2 ** 20, now: () => performance.now() }, 2 ** 25);
}

describe.skipIf(!hasClamd || !hasCIcap)("a real c-icap with virus_scan on clamd, as antivirus engine", () => {
  let clamd: TestClamd;
  let scanner: TestCIcap;
  beforeAll(async () => {
    clamd = await testClamd();
    await clamd.start();
    scanner = await testCIcap(clamd.socket);
    await scanner.start();
  });
  afterAll(async () => {
    await scanner.stop();
    await clamd.kill();
  });

  it("tells clean from infected, below and above its preview and from an empty body on", async () => {
    const asked = client(scanner.port, "avscan");
    for (const length of [1, 100, 1023, 1024, 1025, 5000, 200_000, 3_000_000]) {
      expect([length, await asked.scan(Buffer.alloc(length, "plain words "))]).toEqual([length, { kind: "clean" }]);
      const hostile = Buffer.concat([Buffer.alloc(length, "plain words "), Buffer.from(MARKER)]);
      expect([length, await asked.scan(hostile)]).toEqual([
        length,
        { kind: "infected", names: ["Test.Marker.UNOFFICIAL"] },
      ]);
    }
    expect(await asked.scan(Buffer.alloc(0))).toEqual({ kind: "clean" });
    expect((await asked.probe()).method).toBe("RESPMOD");
    asked.close();
  });

  it("asks for many at once over few connections", async () => {
    const asked = client(scanner.port, "avscan");
    const bodies = Array.from({ length: 200 }, (_, i) =>
      Buffer.from(`${i} ${i % 5 === 0 ? MARKER : "clean"} ${"x".repeat(i * 37)}`),
    );
    const kinds = (await Promise.all(bodies.map(async (body) => await asked.scan(body)))).map(({ kind }) => kind);
    expect(kinds).toEqual(bodies.map((_, i) => (i % 5 === 0 ? "infected" : "clean")));
    asked.close();
  });

  it("blocks malware by policy: as a body, in base64 in JSON; and passes what is clean", async () => {
    const inspector = await createInspector({
      policy: { antivirus: { engines: [`icap://127.0.0.1:${scanner.port}/avscan`] } },
    });
    const told = async (body: string, contentType: string) => {
      const { verdict, findings } = await inspector.inspect({ body, contentType });
      return [verdict, findings.map(({ rule, location }) => `${rule} ${location.part}`)];
    };
    expect(await told("plain", "text/plain")).toEqual(["pass", []]);
    expect(await told(EICAR, "text/plain")).toEqual(["blocked", ["lazaret/icap/Eicar-Test-Signature.UNOFFICIAL body"]]);
    expect(await told(JSON.stringify({ f: Buffer.from(MARKER).toString("base64") }), "application/json")).toEqual([
      "blocked",
      ["lazaret/icap/Test.Marker.UNOFFICIAL body > $.f (base64)"],
    ]);
  });

  it("any engine says infected, one after the other or all at once", async () => {
    for (const parallel of [false, true]) {
      const engines = ["yara", `icap://127.0.0.1:${scanner.port}/avscan`, "clamd"];
      const inspector = await createInspector({ policy: { antivirus: { engines, parallel, clamd: clamd.socket } } });
      const { verdict, findings } = await inspector.inspect({ body: MARKER, contentType: "text/plain" });
      expect([verdict, findings.map(({ rule }) => rule).toSorted()]).toEqual([
        "blocked",
        ["lazaret/clamd/Test.Marker.UNOFFICIAL", "lazaret/icap/Test.Marker.UNOFFICIAL"],
      ]);
    }
  });

  it("malware in content that is too large for it is not clean, although it lets it through", async () => {
    const asked = client(scanner.port, "virus_scan");
    const hostile = Buffer.concat([Buffer.from(MARKER), Buffer.alloc(LARGE, "plain words ")]);
    const verdict = await asked.scan(hostile);
    expect(verdict).toEqual({ kind: "failed", reason: "the service said 204 before it had all of the content" });
    asked.close();
  });

  it("an unknown service, one that only echoes, and nobody at all are not clean", async () => {
    expect(await client(scanner.port, "nosuch").scan(Buffer.from("x"))).toEqual({
      kind: "failed",
      reason: expect.stringContaining("404"),
    });
    const echoed = await client(scanner.port, "echo").scan(Buffer.from("x".repeat(5000)));
    expect(echoed.kind).toBe("failed");
    expect(await client(await freePort(), "avscan").scan(Buffer.from("x"))).toEqual({
      kind: "failed",
      reason: expect.stringContaining("cannot be reached"),
    });
  });

  it("does not keep a scan from ending", async () => {
    const cwd = temporaryFolder();
    writeFileSync(
      join(cwd, "lazaret.yaml"),
      JSON.stringify({ policy: { antivirus: { engines: [`icap://127.0.0.1:${scanner.port}/avscan`] } } }),
    );
    expect((await lazaret(["scan", "-"], { cwd, input: "plain" })).code).toBe(0);
    expect((await lazaret(["scan", "-"], { cwd, input: MARKER })).code).toBe(20);
    const checked = await lazaret(["check"], { cwd });
    expect([checked.code, checked.stdout]).toEqual([
      0,
      expect.stringContaining(`icap icap://127.0.0.1:${scanner.port}/avscan: up, required`),
    ]);
  });

  it("readyz and metrics know it, and its own outcome holds", async () => {
    const url = `icap://127.0.0.1:${scanner.port}/avscan`;
    const service = await startWith({ policy: { antivirus: { engines: [url] } } });
    const ready = await jsonOf<{ components: { name: string; state: string; detail: string }[] }>(
      await fetch(`${service.adminUrl}/readyz`),
    );
    expect(ready.components.find(({ name }) => name === `icap ${url}`)).toMatchObject({
      state: "up",
      detail: expect.stringContaining("ISTag"),
    });
    expect(await (await fetch(`${service.adminUrl}/metrics`)).text()).toContain(`component="icap ${url}"`);
    await service.close();
    const gone = `icap://127.0.0.1:${await freePort()}/avscan`;
    const outcome = async (unavailable: "report" | "block") => {
      const inspector = await createInspector({
        policy: { antivirus: { engines: [{ icap: gone, unavailable, timeout: "2s" }] } },
      });
      const { verdict, findings } = await inspector.inspect({ body: "x", contentType: "text/plain" });
      return [verdict, findings.map(({ rule, category, action }) => [rule, category, action])];
    };
    expect(await outcome("report")).toEqual(["pass", [["lazaret/icap/no-verdict", "unscannable", "report"]]]);
    expect(await outcome("block")).toEqual(["blocked", [["lazaret/icap/no-verdict", "unscannable", "block"]]]);
  });

  it("a clamd that is down is not clean, and one that is back is", async () => {
    const asked = client(scanner.port, "avscan");
    await clamd.kill();
    const verdict = await asked.scan(Buffer.from("after the end of clamd"));
    expect(verdict).toEqual({ kind: "failed", reason: expect.stringContaining("500") });
    await clamd.start();
    await scanner.stop();
    await scanner.start();
    expect(await asked.scan(Buffer.from("after its return"))).toEqual({ kind: "clean" });
    asked.close();
  });
});

it("Lazaret's client gets right answers from Lazaret's service", async () => {
  const service = await startIcap();
  const asked = client(service.port, "respmod");
  expect(await asked.scan(Buffer.from("plain words"))).toEqual({ kind: "clean" });
  expect(await asked.scan(Buffer.from("plain words ".repeat(2000)))).toEqual({ kind: "clean" });
  expect(await asked.scan(Buffer.from(EICAR))).toEqual({ kind: "infected", names: ["EICAR_test_file"] });
  const sanitized = await asked.scan(Buffer.from('{"a":"<script>alert(1)</script>"}'));
  expect(sanitized.kind).toBe("sanitized");
  expect(await client(service.port, "reqmod").scan(Buffer.from(EICAR))).toEqual({
    kind: "infected",
    names: ["EICAR_test_file"],
  });
  asked.close();
  await service.close();
});
