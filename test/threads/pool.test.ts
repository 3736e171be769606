import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import type { Exchange } from "../../src/core/exchange.ts";
import type { StageTiming } from "../../src/threads/messages.ts";
import { createPooledInspector } from "../../src/threads/pool.ts";
import { defaultPolicy } from "../support/policy.ts";
import { temporaryFolder } from "../support/vendor.ts";

const timings: StageTiming[] = [];
const policy = { ...defaultPolicy(), limits: { ...defaultPolicy().limits, time: 100 } };
const exchangeOf = (body: string, vendor?: string): Exchange => ({
  vendor,
  request: { method: "GET", url: "/", headers: [] },
  status: 200,
  headers: [],
  body: Buffer.from(body.padEnd(100_000, ".")),
});
const pool = createPooledInspector({
  entry: new URL("../support/stuck-worker.ts", import.meta.url),
  settings: () => ({ configuration: {}, file: "test", derived: {} }),
  inline: { inspect: async () => await Promise.reject(new Error("inline")) },
  policyOf: (vendor) => ({ ...policy, mode: vendor === "watched" ? "monitor" : "enforce" }),
  onStage: (timing) => timings.push(timing),
});
beforeEach(() => (timings.length = 0));
afterAll(async () => await pool.close());

it("a large body is inspected in a thread and comes back as the very same bytes", async () => {
  const exchange = exchangeOf("fine");
  const verdict = await pool.inspect(exchange);
  expect([verdict.verdict, verdict.body === exchange.body]).toEqual(["pass", true]);
  expect(timings).toEqual([{ stage: "decode", elapsedMs: 1, failed: false }]);
});

it("a small body is inspected where it is", async () => {
  await expect(pool.inspect({ ...exchangeOf("x"), body: Buffer.from("small") })).rejects.toThrow("inline");
});

it("a thread that never comes back is ended, its exchange blocked, and the others go on", async () => {
  const [stuck, fine] = await Promise.all([pool.inspect(exchangeOf("loop")), pool.inspect(exchangeOf("fine"))]);
  expect(stuck).toMatchObject({ verdict: "blocked", findings: [{ category: "limits", rule: "lazaret/limits/time" }] });
  expect(fine.verdict).toBe("pass");
  expect((await pool.inspect(exchangeOf("fine"))).verdict).toBe("pass");
});

it("in monitor mode it is delivered, and says what would have been", async () => {
  const exchange = exchangeOf("loop", "watched");
  expect(await pool.inspect(exchange)).toMatchObject({ verdict: "pass", would: "blocked", body: exchange.body });
});

const settingsOf = (entry: string, file: string, configuration = {}): Parameters<typeof createPooledInspector>[0] => ({
  entry: new URL(entry, import.meta.url),
  settings: () => ({ configuration, file, derived: {} }),
  inline: { inspect: async () => await Promise.reject(new Error("inline")) },
  policyOf: () => defaultPolicy(),
  onStage: () => {},
});

it("closing lets exchanges that still wait for a thread end", async () => {
  const busy = createPooledInspector(settingsOf("../support/stuck-worker.ts", "test"));
  const inspections = Array.from({ length: 8 }, async () => await busy.inspect(exchangeOf("slow")));
  await Promise.race(inspections);
  await busy.close();
  expect((await Promise.all(inspections)).map(({ verdict }) => verdict)).toEqual(Array<string>(8).fill("pass"));
});

it("a first thread is started ahead of need", async () => {
  const file = join(temporaryFolder(), "started");
  const early = createPooledInspector(settingsOf("../support/announcing-worker.ts", file));
  await vi.waitFor(() => expect(readFileSync(file, "utf8")).toBe("started\n"), { timeout: 10_000 });
  await early.close();
});

it("a thread whose rules are gone says so, and works once they are back", async () => {
  const folder = temporaryFolder();
  const configuration = { policy: { antivirus: { engines: [] }, rules: { packs: ["./own"] } } };
  const late = createPooledInspector(
    settingsOf("../../src/threads/worker.ts", join(folder, "lazaret.yaml"), configuration),
  );
  try {
    const { verdict, findings } = await late.inspect(exchangeOf("fine"));
    expect([verdict, findings[0]?.message]).toEqual(["blocked", expect.stringContaining(join(folder, "own"))]);
    mkdirSync(join(folder, "own"));
    writeFileSync(join(folder, "own", "own.conf"), 'SecRule RESPONSE_BODY "@contains bad" "id:1,phase:4,deny"\n');
    expect((await late.inspect(exchangeOf("fine"))).verdict).toBe("pass");
  } finally {
    await late.close();
  }
});
