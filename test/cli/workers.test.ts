import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startVendor, temporaryFolder, type TestVendor } from "../support/vendor.ts";

const BIN = fileURLToPath(new URL("../../bin/lazaret.js", import.meta.url));

describe("workers: 2", () => {
  const cwd = temporaryFolder();
  let vendor: TestVendor;
  let child: ChildProcess;
  let gateway: string;
  let admin: string;
  let log = "";

  function configure(mode: string): void {
    writeFileSync(
      join(cwd, "lazaret.yaml"),
      `listen: 127.0.0.1:0\nadmin: { listen: "127.0.0.1:0" }\nworkers: 2\nvendors:\n  acme: { upstream: "${vendor.url}", insecure: true, policy: { mode: ${mode} } }\n`,
    );
  }

  /** Process ids of the workers, from the system. */
  function workers(): number[] {
    return readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ").map(Number);
  }

  async function verdicts(count: number): Promise<Set<string | null>> {
    const seen = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        // A connection that was handed to a worker in the moment it is killed gets no answer.
        const signal = AbortSignal.timeout(2000);
        const response = await fetch(`${gateway}/acme/${i}`, { headers: { Connection: "close" }, signal });
        await response.arrayBuffer();
        return response.headers.get("lazaret-verdict");
      }),
    );
    return new Set(seen);
  }

  async function eventually(holds: () => Promise<boolean>): Promise<boolean> {
    for (let i = 0; i < 200; i++) {
      if (await holds().catch(() => false)) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }

  /** Ends a worker in some way and waits until another serves in its place. */
  async function replaced(end: () => void | Promise<void>): Promise<void> {
    const count = (): number => log.split("took the place of one that ended").length;
    const before = count();
    await end();
    expect(await eventually(async () => count() > before)).toBe(true);
  }

  beforeAll(async () => {
    vendor = await startVendor((_request, response) => {
      response.setHeader("Content-Type", "application/json").end('{"a":"<script>alert(1)</script>"}');
    });
    configure("enforce");
    child = spawn(process.execPath, [BIN, "start", "--log-format", "json"], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (child.stdout === null) throw new Error("no output");
    child.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    ({ gateway, admin } = JSON.parse(String(line)));
  });
  afterAll(async () => {
    child.kill("SIGKILL");
    await vendor.close();
  });

  it("share one port, one store and one set of metrics", async () => {
    expect(workers()).toHaveLength(2);
    expect(await verdicts(40)).toEqual(new Set(["sanitized"]));
    const metrics = await (await fetch(`${admin}/metrics`)).text();
    expect(metrics).toContain('lazaret_verdicts_total{vendor="acme",verdict="sanitized",door="gateway"} 40');
    const { incidents } = JSON.parse(await (await fetch(`${admin}/v1/incidents?limit=100`)).text());
    expect(incidents).toHaveLength(40);
  });

  it("what a worker has counted stays counted when it ends", async () => {
    const counted = async () => {
      const metrics = await (await fetch(`${admin}/metrics`)).text();
      return Number(/lazaret_verdicts_total\{.*\} (\d+)/.exec(metrics)?.[1]);
    };
    for (const victim of workers()) {
      const before = await counted();
      await replaced(() => {
        process.kill(victim, "SIGKILL");
      });
      expect(await counted()).toBe(before);
    }
    expect(await eventually(async () => (await verdicts(10)).has("sanitized"))).toBe(true);
    expect(await counted()).toBeGreaterThanOrEqual(50);
  });

  it("a worker that is killed is replaced, and meanwhile the other serves", async () => {
    const [victim] = workers();
    if (victim === undefined) throw new Error("no worker");
    await replaced(async () => {
      process.kill(victim, "SIGKILL");
      expect(await eventually(async () => (await verdicts(10)).has("sanitized"))).toBe(true);
    });
    expect(workers()).toHaveLength(2);
  });

  it("all take a new configuration when the file changes, and all refuse a broken one", async () => {
    configure("monitor");
    expect(
      await eventually(async () => {
        const seen = await verdicts(20);
        return seen.size === 1 && seen.has("pass;would=sanitized");
      }),
    ).toBe(true);
    configure("nonsense");
    const refused = await fetch(`${admin}/v1/reload`, { method: "POST" });
    expect(refused.status).toBe(422);
    expect(await verdicts(20)).toEqual(new Set(["pass;would=sanitized"]));
  });

  it("a worker that ends while the configuration is broken is replaced once it is mended", async () => {
    const [victim, other] = workers();
    if (victim === undefined || other === undefined) throw new Error("no workers");
    await replaced(async () => {
      process.kill(victim, "SIGKILL");
      expect(await eventually(async () => log.includes("could not start"))).toBe(true);
      configure("monitor");
    });
    // The new one serves alone.
    process.kill(other, "SIGKILL");
    expect(await eventually(async () => (await verdicts(10)).has("pass;would=sanitized"))).toBe(true);
  });

  it("SIGTERM ends them all after what is in flight", async () => {
    const all = workers();
    const closed = once(child, "close");
    child.kill("SIGTERM");
    expect((await closed)[0]).toBe(0);
    for (const pid of all) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
