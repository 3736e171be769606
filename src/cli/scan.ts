import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { Command, InvalidArgumentError } from "commander";
import { createInspector, type InspectionInput, type LibraryInspector, type Verdict } from "../index.ts";
import { runBatch } from "./batch.ts";
import { commandConfiguration, vendorPolicy } from "./configuration.ts";
import { UsageError, WorstOutcome } from "./exit.ts";
import { typeOfName } from "../decode/type-of-name.ts";
import { checkNames, inputFiles, writeBelow } from "./files.ts";
import { Progress } from "./progress.ts";
import { evidenceOf } from "../core/evidence.ts";
import { verdictObject } from "../core/verdict-object.ts";

interface ScanOptions {
  readonly config?: string;
  readonly vendor?: string;
  readonly contentType?: string;
  readonly url?: string;
  readonly status: number;
  readonly output?: string;
  readonly json?: boolean;
  readonly batch?: boolean;
}

/** `lazaret scan`: inspects files, folders, standard input, or a batch of exchanges. */
export function scanCommand(): Command {
  return new Command("scan")
    .description("inspect files, folders, - for standard input, or with --batch exchanges as NDJSON")
    .argument("[paths...]", "files and folders, or -")
    .option("-c, --config <file>", "configuration file (default: lazaret.yaml where there is one)")
    .option("--vendor <name>", "vendor whose policy applies")
    .option("--content-type <type>", "Content-Type of the input (default: by file name, else by content)")
    .option("--url <url>", "URL that the response answers")
    .option("--status <code>", "status of the response", parseStatus, 200)
    .option("--output <dir>", "write sanitized and passed copies below this folder")
    .option("--json", "print one JSON object a file")
    .option("--batch", "read exchanges as NDJSON on standard input, write verdicts as NDJSON")
    .action(async (paths: readonly string[], options: ScanOptions) => {
      checkCall(paths, options);
      const configuration = await commandConfiguration(options.config);
      vendorPolicy(configuration, options.vendor);
      const inspector = await createInspector(configuration);
      process.exitCode =
        options.batch === true
          ? await runBatch(inspector, process.stdin, process.stdout, { ...options, url: options.url })
          : await scanPaths(paths, options, inspector);
      await inspector.close();
    });
}

function checkCall(paths: readonly string[], { batch, output }: ScanOptions): void {
  if (batch !== true && paths.length === 0)
    throw new UsageError("scan: name a file or folder, or - for standard input, or say --batch");
  if (batch === true && (output !== undefined || paths.some((path) => path !== "-")))
    throw new UsageError("scan: --batch reads standard input and writes standard output: leave out files and --output");
}

function parseStatus(text: string): number {
  const status = Number(text);
  if (!Number.isInteger(status) || status < 100 || status > 599)
    throw new InvalidArgumentError("expected a status from 100 to 599");
  return status;
}

async function scanPaths(paths: readonly string[], options: ScanOptions, inspector: LibraryInspector): Promise<number> {
  const worst = new WorstOutcome();
  const files = await Array.fromAsync(inputFiles(paths.filter((given) => given !== "-")));
  if (options.output !== undefined) checkNames(files, options.output);
  const progress = new Progress(process.stderr, files.length, () => performance.now());
  const scan = async (file: string, name: string, body: Uint8Array, guessed: string | undefined): Promise<void> => {
    const verdict = await inspector.inspect(inputOf(body, options, guessed));
    worst.add(verdict.verdict);
    const output =
      options.output === undefined || verdict.verdict === "blocked"
        ? undefined
        : await writeBelow(options.output, name, verdict.body);
    progress.clear();
    print(file, verdict, options, output);
  };
  if (paths.includes("-")) await scan("-", "stdin", await buffer(process.stdin), undefined);
  for (const { path, name } of files) {
    progress.next(evidenceOf(path));
    try {
      await scan(path, name, await readFile(path), typeOfName(path));
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error)) throw error;
      worst.fail();
      progress.clear();
      console.error(`${path}: ${error.message}`);
    }
  }
  progress.clear();
  return worst.exitCode;
}

function inputOf(body: Uint8Array, options: ScanOptions, guessed: string | undefined): InspectionInput {
  return {
    vendor: options.vendor,
    request: { url: options.url },
    status: options.status,
    contentType: options.contentType ?? guessed,
    body,
  };
}

function print(file: string, verdict: Verdict, { json }: ScanOptions, output: string | undefined): void {
  if (json === true) {
    const written = verdict.verdict === "sanitized" && output !== undefined ? { output } : {};
    console.log(JSON.stringify({ file, ...verdictObject(verdict, true), ...written }));
    return;
  }
  const would = verdict.would === undefined ? "" : ` (would be ${verdict.would})`;
  console.log(`${file}: ${verdict.verdict}${would}${output === undefined ? "" : ` → ${output}`}`);
  for (const { action, category, rule, message, location, evidence } of verdict.findings) {
    const place = [location.part, location.path].filter(Boolean).join(" ");
    // What was removed is part of the message already.
    const shown = message.includes(evidence) ? "" : ` — ${evidence}`;
    console.log(`  ${action} ${category} ${rule} at ${place}: ${message}${shown}`);
  }
}
