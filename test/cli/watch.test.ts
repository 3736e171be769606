import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, it, vi } from "vitest";
import { BIN } from "../support/command-line.ts";
import { startVendor, temporaryFolder } from "../support/vendor.ts";

const cwd = temporaryFolder();
const vendor = await startVendor((_request, response) => {
  response.setHeader("Content-Type", "application/json").end('{"a":1}');
});

function configure(schemas: string): void {
  const acme = { upstream: vendor.url, insecure: true, ...(schemas !== "" && { schemas }) };
  const configuration = { listen: "127.0.0.1:0", admin: { listen: "127.0.0.1:0" }, vendors: { acme } };
  writeFileSync(join(cwd, "lazaret.yaml"), JSON.stringify(configuration));
}

/** What a folder of schemas says of all responses lies in a folder of its own. */
function declare(folder: string, type: string): void {
  writeFileSync(join(cwd, folder, "parts", "a.json"), JSON.stringify({ properties: { a: { type } } }));
}

for (const folder of ["first", "second"]) {
  mkdirSync(join(cwd, folder, "parts"), { recursive: true });
  writeFileSync(join(cwd, folder, "routes.yaml"), "/**: { default: parts/a.json }\n");
  declare(folder, "integer");
}
configure("first");
const child = spawn(process.execPath, [BIN, "start", "--log-format", "json"], {
  cwd,
  stdio: ["ignore", "pipe", "pipe"],
});
let log = "";
child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
afterAll(async () => {
  child.kill("SIGKILL");
  await vendor.close();
});
const [line] = await once(createInterface({ input: child.stdout }), "line");
const { gateway }: { gateway: string } = JSON.parse(String(line));

async function comesTo(status: number): Promise<void> {
  const now = async (): Promise<number> => (await fetch(`${gateway}/acme/x`)).status;
  for (let i = 0; i < 100 && (await now()) !== status; i++) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await now()).toBe(status);
}

it("reloads when a file anywhere in a folder of schemas changes", async () => {
  await comesTo(200);
  declare("first", "string");
  await comesTo(502);
  declare("first", "integer");
  await comesTo(200);
});

it("watches what a new configuration names", async () => {
  const reloads = (): number => log.split("reloaded").length;
  const before = reloads();
  configure("second");
  await vi.waitUntil(() => reloads() > before, { timeout: 10_000 });
  // The watch is made anew just after.
  await new Promise((resolve) => setTimeout(resolve, 500));
  declare("second", "string");
  await comesTo(502);
});
