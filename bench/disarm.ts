/**
 * Content disarm on the corpus of files, a format at a time, each in a process of its own: verdicts with their reasons, what
 * independent judges still find, fidelity, time and memory. Any active content left, or a result that does not pass again, fails.
 */
import { execFileSync } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { typeOfName } from "../src/decode/type-of-name.ts";
import { createInspector, type Verdict } from "../src/index.ts";
import { activeContentOf } from "../test/support/active-content.ts";
import { type CorpusFile, filesCorpus } from "../test/support/files-corpus.ts";
import { hasLibreOffice, wordsOf } from "../test/support/libreoffice.ts";
import { activeInPdf, complaintsOfQpdf, differingShare, drawnByPoppler, pagesByPoppler } from "../test/support/pdf.ts";
import { difference, metadataOf } from "../test/support/pictures.ts";
import { writeSection } from "./results.ts";

/** What a format's process says. */
interface Report {
  readonly files: number;
  readonly bytes: number;
  readonly passed: number;
  readonly rebuilt: number;
  /** How many files were blocked, by rule. */
  readonly blocked: Readonly<Record<string, number>>;
  readonly left: readonly string[];
  readonly same: number;
  readonly compared: number;
  readonly times: readonly number[];
  /** Megabytes that the process held at most. */
  readonly peak: number;
}

const PICTURES = new Set(["png", "jpeg", "gif", "webp", "tiff", "bmp"]);
const OFFICE = new Set(["ooxml", "odf", "odf-flat"]);
/** Mean difference of a channel, of 256 levels, that counts as the same picture. */
const SAME = 2;

const wanted = process.argv[2];
if (wanted === undefined) await writeReport();
else console.log(JSON.stringify(await reportOf(wanted)));

async function reportOf(format: string): Promise<Report> {
  const inspector = await createInspector({ policy: { antivirus: { engines: [] } } });
  const files = filesCorpus(format);
  const results: { readonly file: CorpusFile; readonly verdict: Verdict }[] = [];
  const left: string[] = [];
  for (const file of files) {
    const verdict = await inspector.inspect({ contentType: typeOfName(file.file), body: file.bytes });
    results.push({ file, verdict });
    if (verdict.verdict !== "sanitized") continue;
    const again = await inspector.inspect({ contentType: typeOfName(file.file), body: verdict.body });
    if (again.verdict !== "pass") left.push(`${file.file}: ${again.findings.map(({ rule }) => rule).join(" ")}`);
    left.push(...judged(file, verdict.body));
  }
  await inspector.close();
  const peak = process.resourceUsage().maxRSS / 1024;
  const rebuilt = results.filter(({ verdict }) => verdict.verdict === "sanitized");
  const reasons = results.flatMap(({ verdict }) => (verdict.verdict === "blocked" ? [reasonOf(verdict)] : []));
  return {
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
    passed: results.filter(({ verdict }) => verdict.verdict === "pass").length,
    rebuilt: rebuilt.length,
    blocked: Object.fromEntries(
      [...Map.groupBy(reasons, (reason) => reason)].map(([reason, { length }]) => [reason, length]),
    ),
    left,
    ...(await fidelityOf(format, rebuilt)),
    times: results.map(({ verdict }) => verdict.elapsedMs),
    peak,
  };
}

function reasonOf({ findings }: Verdict): string {
  return findings.find(({ action }) => action === "block")?.rule.replace("lazaret/", "") ?? "not said";
}

/** What judges that share no code with the disarmers still find. */
function judged({ file, format }: CorpusFile, bytes: Uint8Array): string[] {
  if (PICTURES.has(format)) return metadataOf(bytes).map((tag) => `${file}: ${tag}`);
  if (format === "pdf")
    return [...activeInPdf(bytes), complaintsOfQpdf(bytes)].flatMap((found) =>
      found === "" ? [] : [`${file}: ${found}`],
    );
  return format === "ooxml" || format === "odf" ? activeContentOf(bytes).map((found) => `${file}: ${found}`) : [];
}

async function fidelityOf(
  format: string,
  rebuilt: readonly { readonly file: CorpusFile; readonly verdict: Verdict }[],
): Promise<{ readonly same: number; readonly compared: number }> {
  if (PICTURES.has(format)) {
    const differences = await Promise.all(
      rebuilt.map(async ({ file, verdict }) => await difference(file.bytes, verdict.body)),
    );
    return { same: differences.filter((one) => one <= SAME).length, compared: rebuilt.length };
  }
  if (format === "pdf") return pagesKept(rebuilt);
  if (!OFFICE.has(format) || !hasLibreOffice || rebuilt.length === 0) return { same: 0, compared: 0 };
  const named = (name: string, plain: boolean): string => {
    const [, stem = name, extension = ""] = /^(.*)\.([^.]*)$/.exec(basename(name)) ?? [];
    return `${stem}-${extension}.${plain ? extension.replace(/^(doc|xls|ppt|vsd)m$/, "$1x") : extension}`;
  };
  const before = wordsOf(Object.fromEntries(rebuilt.map(({ file }) => [named(file.file, false), file.bytes])));
  const after = wordsOf(Object.fromEntries(rebuilt.map(({ file, verdict }) => [named(file.file, true), verdict.body])));
  const readable = rebuilt.filter(({ file }) => before.get(named(file.file, false)) !== undefined);
  const same = readable.filter(({ file }) => before.get(named(file.file, false)) === after.get(named(file.file, true)));
  return { same: same.length, compared: readable.length };
}

/** How many documents poppler draws the same: as many pages, and the first ones with at most 0.1 % of bytes that differ. */
function pagesKept(rebuilt: readonly { readonly file: CorpusFile; readonly verdict: Verdict }[]) {
  const drawable = rebuilt.flatMap(({ file, verdict }) => {
    const before = drawnByPoppler(file.bytes);
    return before === undefined ? [] : [{ before, bytes: file.bytes, safe: verdict.body }];
  });
  const same = drawable.filter(
    ({ before, bytes, safe }) =>
      pagesByPoppler(bytes) === pagesByPoppler(safe) && differingShare(before, drawnByPoppler(safe) ?? []) <= 0.001,
  );
  return { same: same.length, compared: drawable.length };
}

async function writeReport(): Promise<void> {
  const rows: string[] = [];
  const left: string[] = [];
  for (const format of [...new Set(filesCorpus().map((file) => file.format))].toSorted()) {
    const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), format], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const report: Report = JSON.parse(output.toString());
    rows.push(rowOf(format, report));
    console.log(rows.at(-1));
    left.push(...report.left);
  }
  for (const one of left) console.error(`LEFT ${one}`);
  if (left.length > 0) process.exitCode = 1;
  writeSection(
    "Content disarm",
    [
      `\`npm run disarm\`, Node ${process.versions.node}, defaults without antivirus, the files of the development corpus by format. Left: what`,
      "ExifTool finds of metadata in images, what a search through every unzipped part finds in office documents, names that act and complaints by qpdf",
      "in PDF, or what does not pass again.",
      `Same: the words that LibreOffice prints are the same; poppler draws as many pages, and at most 0.1 % of the first ones differ; pictures differ by at most ${SAME} of 256 levels on average. Memory is the whole process's, at most.`,
      "",
      "| format | files | passed | rebuilt | blocked | left | same | median, ms | slowest, ms | MB/s | memory, MB |",
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n"),
  );
}

function rowOf(format: string, report: Report): string {
  const { files, bytes, passed, rebuilt, blocked, left, same, compared, times, peak } = report;
  const sorted = times.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, one) => sum + one, 0);
  const reasons = Object.entries(blocked).map(([reason, count]) => `${count} ${reason}`);
  const speed = (bytes / 1e6 / (total / 1000)).toFixed(1);
  return `| ${[
    format,
    files,
    passed,
    rebuilt,
    reasons.join(", ") || 0,
    left.length,
    compared === 0 ? "–" : `${same} of ${compared}`,
    (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(0),
    (sorted.at(-1) ?? 0).toFixed(0),
    speed,
    peak.toFixed(0),
  ].join(" | ")} |`;
}
