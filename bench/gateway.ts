/**
 * Throughput and latency of the gateway beside bare express + http-proxy-middleware and beside a direct call, in the same
 * run, interleaved; and the gateway's memory over many exchanges. `--new` for bodies that differ each time, `--quick` for a
 * short look.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { writeSection } from "./results.ts";

const quick = process.argv.includes("--quick");
const fresh = process.argv.includes("--new");
const SECONDS = quick ? 2 : 5;
const ROUNDS = quick ? 1 : 3;
const EXCHANGES = quick ? 10_000 : 100_000;
const SIZES = [2, 75, 760];
const CONNECTIONS = fresh ? [16] : [1, 16, 64];

interface Started {
  readonly child: ChildProcess;
  readonly ready: { readonly port?: number; readonly gateway?: string };
}

const children: ChildProcess[] = [];

async function start(script: string, ...words: string[]): Promise<Started> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, ready: JSON.parse(String(line)) };
}

const vendor = await start("vendor.ts");
const direct = `http://127.0.0.1:${vendor.ready.port}`;
const bare = await start("bare.ts", direct);
const folder = mkdtempSync(join(tmpdir(), "lazaret-bench-"));
const file = join(folder, "lazaret.yaml");
writeFileSync(
  file,
  `listen: 127.0.0.1:0\nadmin: { listen: "127.0.0.1:0" }\nvendors: { v: { upstream: "${direct}", insecure: true } }\n`,
);
const lazaret = await start("../bin/lazaret.js", "start", "-c", file, "--log-format", "json");
const TARGETS = [
  { name: "direct", url: direct },
  { name: "bare", url: `http://127.0.0.1:${bare.ready.port}` },
  { name: "lazaret", url: `${lazaret.ready.gateway}/v` },
] as const;

interface Measure {
  readonly rate: number;
  readonly p99: number;
}

async function measure(url: string, connections: number): Promise<Measure> {
  const { requests, latency, non2xx, errors } = await autocannon({ url, connections, duration: SECONDS });
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} bad answers, ${errors} errors`);
  return { rate: requests.average, p99: latency.p99 };
}

/** The median over rounds, the targets in turn, so that what else the machine does strikes all alike. */
async function compare(size: number, connections: number): Promise<Record<string, Measure>> {
  const seen: Record<string, Measure[]> = {};
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, url } of TARGETS)
      (seen[name] ??= []).push(await measure(`${url}${fresh ? "/new" : ""}/${size}`, connections));
  const middle = Math.floor(ROUNDS / 2);
  return Object.fromEntries(
    Object.entries(seen).map(([name, all]) => [
      name,
      {
        rate: median(
          all.map(({ rate }) => rate),
          middle,
        ),
        p99: median(
          all.map(({ p99 }) => p99),
          middle,
        ),
      },
    ]),
  );
}

function median(values: readonly number[], middle: number): number {
  return values.toSorted((a, b) => a - b)[middle] ?? Number.NaN;
}

function residentMegabytes(child: ChildProcess): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

const rows: string[] = [];
for (const size of SIZES) {
  // Code for bodies of this size is compiled while they come.
  for (const { url } of TARGETS) await measure(`${url}${fresh ? "/new" : ""}/${size}`, 16);
  for (const connections of CONNECTIONS) {
    const { direct: none, bare: peer, lazaret: own } = await compare(size, connections);
    const number = (value: number | undefined): string => (value ?? Number.NaN).toFixed(0);
    const row = `| ${size} kB | ${connections} | ${number(none?.rate)} | ${number(peer?.rate)} | ${number(own?.rate)} | ${((own?.rate ?? 0) / (peer?.rate ?? 1)).toFixed(2)} | ${number(peer?.p99)} | ${number(own?.p99)} |`;
    console.log(row);
    rows.push(row);
  }
}

const memory: string[] = [];
const target = `${lazaret.ready.gateway}/v/2`;
if (!fresh)
  for (let done = 0; done <= EXCHANGES; done += EXCHANGES / 10) {
    memory.push(`${residentMegabytes(lazaret.child)}`);
    if (done < EXCHANGES) await autocannon({ url: target, connections: 16, amount: EXCHANGES / 10 });
  }
for (const child of children) child.kill();

const report = [
  `\`npm run bench${quick ? " -- --quick" : ""}\`, Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), load and all servers on the same machine;`,
  `median of ${ROUNDS} rounds of ${SECONDS} s, interleaved. Defaults: own rule pack, YARA; no clamd. ${fresh ? "Every body differs from the one before." : "The same body each time, as a client that polls gets it."}`,
  "",
  "| body | connections | direct, requests/s | bare express + http-proxy-middleware | Lazaret | ratio to bare | p99 bare, ms | p99 Lazaret, ms |",
  "| --- | --- | --- | --- | --- | --- | --- | --- |",
  ...rows,
  "",
  fresh
    ? ""
    : `Memory of the gateway (RSS, MB) at every tenth of ${EXCHANGES} exchanges of 2 kB: ${memory.join(", ")}.`,
].join("\n");
console.log(report);
writeSection(fresh ? "Gateway, a new body each time" : "Gateway", report);
