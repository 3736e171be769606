/**
 * Content disarm beside the tools that people use for something like it, over the same files of the corpus; and how much two
 * threads that are busy with files delay a small JSON exchange.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { typeOfName } from "../src/decode/type-of-name.ts";
import { createInspector } from "../src/index.ts";
import { type CorpusFile, filesCorpus } from "../test/support/files-corpus.ts";
import { writeSection } from "./results.ts";

/** A tool that writes a file anew, a process for each file as it is used. */
interface Tool {
  readonly name: string;
  readonly formats: readonly string[];
  /** Files at most: some tools take seconds for each. */
  readonly most: number;
  readonly command: (input: string, output: string, folder: string) => readonly [string, ...string[]];
}

const TOOLS: readonly Tool[] = [
  {
    name: "qpdf --linearize",
    formats: ["pdf"],
    most: 100,
    command: (input, output) => ["qpdf", "--linearize", input, output],
  },
  {
    name: "LibreOffice, converting to the same format",
    formats: ["ooxml", "odf"],
    most: 12,
    command: (input, _output, folder) => [
      "soffice",
      "--headless",
      `-env:UserInstallation=file://${folder}/profile`,
      "--convert-to",
      input.replace(/^.*\./, ""),
      "--outdir",
      join(folder, "out"),
      input,
    ],
  },
  {
    name: "ImageMagick, convert -strip",
    formats: ["jpeg", "png", "gif", "tiff"],
    most: 100,
    command: (input, output) => ["/usr/bin/convert", input, "-strip", output],
  },
];

const folder = mkdtempSync(join(tmpdir(), "lazaret-speed-"));
const rows: string[] = [];
for (const tool of TOOLS) for (const format of tool.formats) rows.push(await compared(tool, format));
const delays = await delayed();
rmSync(folder, { recursive: true, force: true });

async function compared({ name, most, command }: Tool, format: string): Promise<string> {
  const inspector = await createInspector({ policy: { antivirus: { engines: [] }, limits: { time: "60s" } } });
  const rebuilt: CorpusFile[] = [];
  for (const file of filesCorpus(format)) {
    const { verdict } = await inspector.inspect({ contentType: typeOfName(file.file), body: file.bytes });
    if (verdict === "sanitized" && rebuilt.length < most) rebuilt.push(file);
  }
  const own = await seconds(async () => {
    for (const { file, bytes } of rebuilt) await inspector.inspect({ contentType: typeOfName(file), body: bytes });
  });
  await inspector.close();
  const paths = rebuilt.map(({ file, bytes }, index) => {
    const path = join(folder, `${index}-${file.replace(/^.*\//, "")}`);
    writeFileSync(path, bytes);
    return path;
  });
  let failed = 0;
  const theirs = await seconds(() => {
    for (const path of paths) {
      const [program, ...words] = command(path, `${path}.out.${path.replace(/^.*\./, "")}`, folder);
      // qpdf says by 3 that it mended something.
      if (![0, 3].includes(spawnSync(program, words, { stdio: "ignore" }).status ?? 1)) failed++;
    }
    return Promise.resolve();
  });
  const megabytes = rebuilt.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  const rate = (amount: number, time: number): string => (amount / time).toPrecision(2);
  const row = `| ${[
    format,
    rebuilt.length,
    rate(rebuilt.length, own),
    rate(megabytes, own),
    `${name}${failed > 0 ? `, failed with ${failed}` : ""}`,
    rate(rebuilt.length, theirs),
    rate(megabytes, theirs),
  ].join(" | ")} |`;
  console.log(row);
  return row;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Median milliseconds of a 2 kB exchange through the gateway, alone and beside two files at a time that take a thread each. */
async function delayed(): Promise<{ readonly alone: number; readonly beside: number; readonly files: number }> {
  const busy = filesCorpus("pdf", "ooxml").toSorted((a, b) => b.bytes.length - a.bytes.length);
  let next = 0;
  const vendor = createServer((request, response) => {
    const file = request.url === "/file" ? busy[next++ % 10] : undefined;
    if (file !== undefined)
      response.setHeader("Content-Type", typeOfName(file.file) ?? "application/octet-stream").end(file.bytes);
    else
      response
        .setHeader("Content-Type", "application/json")
        .end(JSON.stringify({ n: next++, pad: "word ".repeat(400) }));
  });
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  const address = vendor.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const config = join(folder, "lazaret.yaml");
  writeFileSync(
    config,
    `listen: 127.0.0.1:0\nadmin: { listen: "127.0.0.1:0" }\npolicy: { antivirus: { engines: [yara] } }\nvendors: { v: { upstream: "http://127.0.0.1:${port}", insecure: true } }\n`,
  );
  const bin = fileURLToPath(new URL("../bin/lazaret.js", import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [bin, "start", "-c", config, "--log-format", "json"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (child.stdout === null) throw new Error("no output");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { gateway }: { gateway: string } = JSON.parse(String(line));
  const ask = async (path: string): Promise<void> => void (await (await fetch(`${gateway}/v${path}`)).arrayBuffer());
  let files = 0;
  const loading = async (isOver: () => boolean): Promise<void> => {
    for (; !isOver(); files++) await ask("/file");
  };
  const alone: number[] = [];
  const beside: number[] = [];
  for (let i = 0; i < 500; i++) await ask("/json");
  for (let round = 0; round < 5; round++) {
    alone.push(...(await times(async () => await ask("/json"))));
    let over = false;
    const loads = [loading(() => over), loading(() => over)];
    beside.push(...(await times(async () => await ask("/json"))));
    over = true;
    await Promise.all(loads);
  }
  child.kill();
  vendor.close();
  return { alone: median(alone), beside: median(beside), files };
}

async function times(work: () => Promise<void>): Promise<number[]> {
  const all: number[] = [];
  for (const end = performance.now() + 3000; performance.now() < end;) all.push((await seconds(work)) * 1000);
  return all;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const report = [
  `\`npm run disarm:speed\`, Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim()}); files of the development corpus that are rebuilt. Lazaret decodes, inspects, rebuilds and`,
  "inspects what came of it again, in one process that is warm; the tools write the file anew, a process for each file as they are used, and disarm nothing.",
  "",
  "| format | files | Lazaret, files/s | MB/s | tool | files/s | MB/s |",
  "| --- | --- | --- | --- | --- | --- | --- |",
  ...rows,
  "",
  `A 2 kB JSON exchange through the gateway, one at a time, median of five times three seconds: ${delays.alone.toFixed(2)} ms alone, ${delays.beside.toFixed(2)} ms`,
  `(${((delays.beside / delays.alone - 1) * 100).toFixed(0)} % more) while two documents at a time were rebuilt, ${delays.files} in all.`,
].join("\n");
console.log(report);
writeSection("Content disarm, speed", report);
