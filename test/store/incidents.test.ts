import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import type { Exchange } from "../../src/core/exchange.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import { EmbeddedStore, type EmbeddedStoreOptions } from "../../src/store/incidents.ts";
import { temporaryFolder } from "../support/vendor.ts";

const inspector = await createInspector();
const HOSTILE = JSON.stringify({ note: "<script>alert(1)</script>" });

async function hostile(body = HOSTILE): Promise<{ exchange: Exchange; verdict: Verdict }> {
  const exchange: Exchange = {
    vendor: "acme",
    request: { method: "GET", url: "https://user:secret@api.acme.example/items?key=secret&page=2#x", headers: [] },
    status: 200,
    headers: [["Content-Type", "application/json"]],
    body: Buffer.from(body),
  };
  return { exchange, verdict: await inspector.inspect({ ...exchange, contentType: "application/json" }) };
}

const open: EmbeddedStore[] = [];
function store(options: Partial<EmbeddedStoreOptions> = {}): EmbeddedStore {
  const made = new EmbeddedStore({
    folder: temporaryFolder(),
    key: undefined,
    age: 1e9,
    size: 1e9,
    now: () => Date.now(),
    ...options,
  });
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe("the embedded store", () => {
  it("keeps what was found and the original, and no secret of the request", async () => {
    const folder = temporaryFolder();
    const kept = store({ folder });
    const { exchange, verdict } = await hostile();
    const id = await kept.record(exchange, verdict, "gateway");
    expect(await kept.get(id)).toMatchObject({
      id,
      door: "gateway",
      vendor: "acme",
      verdict: "sanitized",
      request: { method: "GET", url: "https://api.acme.example/items?key=*&page=*" },
      findings: verdict.findings,
      quarantine: { state: "held", bytes: HOSTILE.length, contentType: "application/json" },
    });
    expect(Buffer.from((await kept.quarantined(id)) ?? []).toString()).toBe(HOSTILE);
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const { mode } = statSync(join(folder, name));
      expect([name, mode & 0o077]).toEqual([name, 0]);
    }
  });

  it("is there again after it was opened anew, and recording again with the same id changes nothing", async () => {
    const folder = temporaryFolder();
    const first = new EmbeddedStore({ folder, key: undefined, age: 1e9, size: 1e9, now: () => 1000 });
    const { exchange, verdict } = await hostile();
    const id = await first.record(exchange, verdict, "rest");
    await first.record(exchange, { ...verdict, incident: id }, "rest");
    await first.close();
    const second = store({ folder, now: () => 1001 });
    expect((await second.list({ limit: 10 })).incidents.map((incident) => incident.id)).toEqual([id]);
  });

  it("has a folder of its own, however deep, that only its owner can use; where none can be made it says why", () => {
    const folder = join(temporaryFolder(), "a", "b");
    store({ folder });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    // A file system that takes no folders.
    expect(() => store({ folder: "/proc/none/of/these" })).toThrow(/ENOENT|ENOTDIR|EACCES/);
  });

  it("lists newest first, by pages, without gaps or repetitions, and refuses a cursor that it did not give", async () => {
    let now = 0;
    const kept = store({ now: () => Math.floor(now++ / 3) });
    const { exchange, verdict } = await hostile();
    const ids = await Promise.all(Array.from({ length: 25 }, async () => await kept.record(exchange, verdict, "rest")));
    const seen: string[] = [];
    let times: number[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = await kept.list({ limit: 4, ...(cursor === undefined ? {} : { cursor }) });
      expect(page.incidents.length).toBeLessThanOrEqual(4);
      seen.push(...page.incidents.map(({ id }) => id));
      times = [...times, ...page.incidents.map(({ at }) => at)];
      cursor = page.next;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect((await kept.list({ limit: 5, vendor: "other" })).incidents).toEqual([]);
    expect((await kept.list({ limit: 100, verdict: "sanitized" })).incidents).toHaveLength(25);
    await expect(kept.list({ limit: 5, cursor: "bogus" })).rejects.toThrow(RangeError);
  });

  it("releases and discards once each, and says what has become of the bytes", async () => {
    const kept = store();
    const { exchange, verdict } = await hostile();
    const id = await kept.record(exchange, verdict, "rest");
    expect(await kept.release(id)).toBe(true);
    expect((await kept.get(id))?.quarantine?.state).toBe("released");
    expect(await kept.discard(id)).toBe(true);
    expect([await kept.quarantined(id), await kept.discard(id), await kept.release(id)]).toEqual([
      undefined,
      false,
      false,
    ]);
    expect((await kept.get(id))?.quarantine?.state).toBe("gone");
  });

  it("encrypts with a key: nothing readable on disk, nothing without the key, nothing after a change", async () => {
    const folder = temporaryFolder();
    const { exchange, verdict } = await hostile();
    const first = store({ folder, key: "a passphrase of some length" });
    const id = await first.record(exchange, verdict, "rest");
    const file = join(folder, "quarantine", id);
    expect(readFileSync(file).includes("script")).toBe(false);
    expect(Buffer.from((await first.quarantined(id)) ?? []).toString()).toBe(HOSTILE);
    await expect(store({ folder }).quarantined(id)).rejects.toThrow("quarantine.key");
    await expect(store({ folder, key: "another passphrase" }).quarantined(id)).rejects.toThrow();
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await expect(first.quarantined(id)).rejects.toThrow();
  });

  it("forgets what is older than its age, and the oldest originals beyond its size", async () => {
    let now = 1_000_000;
    const folder = temporaryFolder();
    const kept = store({ folder, age: 1000, size: HOSTILE.length * 2, now: () => now });
    const { exchange, verdict } = await hostile();
    const old = await kept.record(exchange, verdict, "rest");
    now += 1500;
    const ids: string[] = [];
    for (let i = 0; i < 3; i++, now++) ids.push(await kept.record(exchange, verdict, "rest"));
    await kept.sweep();
    expect(await kept.get(old)).toBeUndefined();
    expect((await Promise.all(ids.map(async (id) => await kept.get(id)))).map((one) => one?.quarantine?.state)).toEqual(
      ["gone", "held", "held"],
    );
    expect(readdirSync(join(folder, "quarantine")).toSorted()).toEqual(ids.slice(1).toSorted());
  });

  it("removes what a crash left behind, once it is old", async () => {
    const folder = temporaryFolder();
    const kept = store({ folder });
    const { exchange, verdict } = await hostile();
    const id = await kept.record(exchange, verdict, "rest");
    const orphan = join(folder, "quarantine", "11111111-2222-4333-8444-555555555555");
    writeFileSync(orphan, "left");
    await kept.recover();
    expect(readdirSync(join(folder, "quarantine"))).toHaveLength(2);
    utimesSync(orphan, 1, 1);
    await kept.recover();
    expect(readdirSync(join(folder, "quarantine"))).toEqual([id]);
  });
});

it("a process killed while it records leaves every incident that it acknowledged, whole", async () => {
  const folder = temporaryFolder();
  const script = `
    const { EmbeddedStore } = await import(${JSON.stringify(new URL("../../src/store/incidents.ts", import.meta.url).href)});
    const store = new EmbeddedStore({ folder: ${JSON.stringify(folder)}, key: undefined, age: 1e12, size: 1e12, now: () => Date.now() });
    const exchange = { vendor: "acme", request: { method: "GET", url: "/", headers: [] }, status: 200, headers: [], body: Buffer.alloc(5000, "x") };
    const verdict = { verdict: "blocked", findings: [], changes: [], status: 200, headers: [], body: new Uint8Array(), elapsedMs: 1 };
    const run = async () => { for (;;) process.stdout.write(await store.record(exchange, verdict, "test") + "\\n"); };
    for (let i = 0; i < 8; i++) void run();
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed.length > 200 * 37) child.kill("SIGKILL");
  });
  await once(child, "close");
  const acknowledged = printed.split("\n").filter((line) => line.length === 36);
  expect(acknowledged.length).toBeGreaterThan(150);
  const kept = store({ folder, age: 1e12, size: 1e12 });
  for (const id of acknowledged) {
    expect((await kept.get(id))?.quarantine?.bytes).toBe(5000);
    expect((await kept.quarantined(id))?.length).toBe(5000);
  }
});
