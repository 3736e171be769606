/**
 * The ICAP service, as one process and with `workers: auto`, beside c-icap on the same clamd, interleaved, with a new body
 * each time (clamd remembers clean ones): requests a second and the 99th percentile, with antivirus (c-icap's virus_scan)
 * and without (its echo); then the service's memory over many requests. `--quick` for a short look,
 * `--memory` for memory alone, over `--requests=N`. Needs c-icap and clamd.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { testCIcap } from "../test/support/c-icap.ts";
import { testClamd } from "../test/support/clamd.ts";
import { writeSection } from "./results.ts";

const LOAD = fileURLToPath(new URL("../../shared/bench/icap-load.mjs", import.meta.url));
const quick = process.argv.includes("--quick");
const onlyMemory = process.argv.includes("--memory");
const SECONDS = quick ? 2 : 5;
const ROUNDS = quick ? 1 : 3;
const REQUESTS = Number(
  /\d+/.exec(process.argv.find((word) => word.startsWith("--requests=")) ?? "") ?? (quick ? 5000 : 200_000),
);
const SIZES = [10_240, 2 ** 20];
const CONNECTIONS = quick ? [16] : [1, 16, 64];

interface Target {
  readonly port: number;
  readonly service: string;
}

interface Measure {
  /** Requests a second. */
  readonly reqs: number;
  /** Milliseconds. */
  readonly p99: number;
  readonly ok: number;
  readonly err: number;
  readonly codes: Readonly<Record<string, number>>;
}

async function load({ port, service }: Target, size: number, connections: number, seconds = SECONDS): Promise<Measure> {
  const words = { port, service, size, conns: connections, seconds, warmup: 1 };
  const options = Object.entries(words).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // The load client fails where nothing was answered in its time; its figures are there all the same.
  const { stdout } = await promisify(execFile)(process.execPath, [LOAD, ...options, "--vary", "--json"]).catch(
    (error: { readonly stdout: string }) => error,
  );
  const measure: Measure = JSON.parse(stdout);
  if (measure.err > 0) throw new Error(`${service}: ${measure.err} errors`);
  return measure;
}

interface Started {
  readonly child: ChildProcess;
  readonly target: Target;
}

async function startLazaret(antivirus: object, workers: number | "auto"): Promise<Started> {
  const file = join(mkdtempSync(join(tmpdir(), "lazaret-bench-")), "lazaret.yaml");
  const free = "127.0.0.1:0";
  const configuration = {
    listen: free,
    admin: { listen: free },
    icap: { listen: free },
    workers,
    policy: { antivirus },
  };
  writeFileSync(file, JSON.stringify(configuration));
  const bin = fileURLToPath(new URL("../bin/lazaret.js", import.meta.url));
  const child = spawn(process.execPath, [bin, "start", "-c", file, "--log-format", "json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { icap }: { readonly icap: string } = JSON.parse(String(line));
  return { child, target: { port: Number(icap.split(":").at(-1)), service: "respmod" } };
}

async function warm(target: Target, size: number): Promise<void> {
  for (let i = 0; i < 5; i++) await load(target, size, 4, 2);
}

/** Medians over rounds, the targets in turn, so that what else the machine does strikes all alike. */
async function compare(targets: readonly Target[], size: number, connections: number): Promise<readonly Measure[]> {
  const seen = targets.map((): Measure[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, target] of targets.entries()) seen[i]?.push(await load(target, size, connections));
  return seen.map((measures) => {
    const [middle] = measures.toSorted((a, b) => a.reqs - b.reqs).slice(Math.floor(measures.length / 2));
    if (middle === undefined) throw new Error("nothing was measured");
    return middle;
  });
}

function residentMegabytes({ pid }: ChildProcess): number {
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024);
}

const clamd = await testClamd(["MaxThreads 8"]);
await clamd.start();
const peer = await testCIcap(clamd.socket, ["MaxServers 4", "ThreadsPerChild 70"]);
await peer.start();
const withClamd = { engines: ["clamd"], clamd: clamd.socket };
const scanning = [await startLazaret(withClamd, 1), await startLazaret(withClamd, "auto")];
const plain = await startLazaret({ engines: [] }, 1);
const without = [plain, await startLazaret({ engines: [] }, "auto")];
const rows: string[] = [];
const memory: number[] = [];
let done = 0;

async function row(service: string, started: readonly Started[], size: number, connections: number): Promise<string> {
  const own = started.map(({ target }) => target);
  const [theirs, one, several] = await compare([{ port: peer.port, service }, ...own], size, connections);
  const ratio = (ours: Measure | undefined): string => ((ours?.reqs ?? 0) / (theirs?.reqs ?? 1)).toFixed(2);
  const rates = [theirs, one, several].map((measure) => measure?.reqs.toFixed(0));
  const late = [theirs, one, several].map((measure) => measure?.p99);
  return `| ${[service, size, connections, ...rates, ratio(one), ratio(several), ...late].join(" | ")} |`;
}

try {
  // The first large bodies wait for their threads to start.
  for (const { target } of onlyMemory ? [plain] : [...scanning, ...without])
    for (const size of SIZES) await warm(target, size);
  const pairs = [
    ["virus_scan", scanning],
    ["echo", without],
  ] as const;
  for (const [service, started] of onlyMemory ? [] : pairs)
    for (const size of SIZES)
      for (const connections of CONNECTIONS) {
        rows.push(await row(service, started, size, connections));
        console.log(rows.at(-1));
      }
  while (done < REQUESTS) {
    memory.push(residentMegabytes(plain.child));
    done += (await load(plain.target, 10_240, 16, quick ? 1 : 10)).ok;
  }
  memory.push(residentMegabytes(plain.child));
} finally {
  for (const { child } of [...scanning, ...without]) child.kill();
  await peer.stop();
  await clamd.kill();
}

const report = [
  `\`npm run bench:icap${quick ? " -- --quick" : ""}\`, Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), load, scanners and clamd on the same machine;`,
  `medians of ${ROUNDS} rounds of ${SECONDS} s, interleaved, a new JSON body each time. Lazaret (one process, and \`workers: auto\`) also`,
  "decodes, runs its rules and inspects text; beside virus_scan it asks the same clamd, beside echo no antivirus.",
  "",
  "| c-icap | bytes | connections | c-icap req/s | Lazaret req/s | workers req/s | ratio | workers ratio | c-icap p99 ms | Lazaret p99 ms | workers p99 ms |",
  `|${" --- |".repeat(11)}`,
  ...rows,
].join("\n");
const flat = [
  `\`npm run bench:icap\` (\`-- --memory\` for this alone), Node ${process.versions.node}: a new JSON body of 10 kB each time, 16 connections,`,
  `one process without antivirus. Resident memory over ${done} requests, in MB: ${memory.join(", ")}.`,
].join("\n");
if (quick) console.log(`${report}\n\n${flat}`);
else {
  if (!onlyMemory) writeSection("ICAP", report);
  writeSection("ICAP, memory", flat);
}
