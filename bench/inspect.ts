/**
 * Time that the inspection of a body never seen before takes, by stage, as multiples of what `JSON.parse` takes for the
 * same bytes in the same process, interleaved; medians. `--quick` for a short look.
 */
import { cpus } from "node:os";
import { composeInspector } from "../src/app.ts";
import { loadConfigText } from "../src/config/load.ts";
import { benignCorpus } from "./corpora.ts";
import { generatedBody, jsonExchange } from "./generated.ts";
import { writeSection } from "./results.ts";

const quick = process.argv.includes("--quick");
/** Milliseconds for each body, half of them to warm up. */
const TIME = quick ? 1500 : 6000;
const STAGES = ["decode", "headers", "text", "schema", "antivirus", "rules"];

interface Body {
  readonly name: string;
  readonly bytes: Buffer;
}

function generated(items: number): Body {
  return { name: `generated, ${items} items`, bytes: generatedBody(items) };
}

/** The largest JSON bodies of the benign development corpus. */
function largest(count: number): Body[] {
  return benignCorpus()
    .filter(({ contentType }) => contentType.startsWith("application/json"))
    .toSorted((a, b) => b.body.length - a.body.length)
    .slice(0, count)
    .map(({ id, body }) => ({ name: id, bytes: Buffer.from(body) }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const timings = new Map<string, number[]>();
const record = (name: string, elapsed: number): void => {
  const list = timings.get(name);
  if (list === undefined) timings.set(name, [elapsed]);
  else list.push(elapsed);
};
const inspector = await composeInspector(
  loadConfigText(JSON.stringify({ policy: { antivirus: { engines: ["yara"] } } }), "bench", {}),
  ({ stage, elapsedMs }) => record(stage, elapsedMs),
);

async function measure(bytes: Buffer): Promise<string> {
  const began = performance.now();
  JSON.parse(bytes.toString());
  const parsed = performance.now();
  record("JSON.parse", parsed - began);
  const { verdict } = await inspector.inspect(jsonExchange(bytes));
  record("whole", performance.now() - parsed);
  return verdict;
}

/** One row of the table. */
async function row({ name, bytes }: Body): Promise<string> {
  let verdict = "";
  for (const until = performance.now() + TIME / 2; performance.now() < until;) verdict = await measure(bytes);
  timings.clear();
  for (const until = performance.now() + TIME / 2; performance.now() < until;) await measure(bytes);
  const of = (stage: string): number => median(timings.get(stage) ?? [0]);
  const base = of("JSON.parse");
  const ratios = STAGES.map((stage) => (of(stage) / base).toFixed(2));
  const whole = of("whole") / base;
  const rest = STAGES.reduce((sum, stage) => sum + (stage === "rules" ? 0 : of(stage)), 0) / base;
  return `| ${name} | ${(bytes.length / 1000).toFixed(0)} | ${base.toFixed(3)} | ${ratios.join(" | ")} | ${rest.toFixed(2)} | ${whole.toFixed(2)} | ${verdict} |`;
}

const bodies = [...[1000, 100, 10].map(generated), ...largest(3)];
const rows: string[] = [];
for (const body of bodies) {
  const text = await row(body);
  console.log(text);
  rows.push(text);
}
const report = [
  `\`npm run bench\`, Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim()}); in one process, warm, defaults. Each figure is a`,
  "multiple of the time that `JSON.parse` takes for the same bytes in the same run, from UTF-8; medians. A body that is sanitized is inspected twice.",
  "",
  `| body | kB | JSON.parse, ms | ${STAGES.join(" | ")} | all but rules | whole | verdict |`,
  `| --- | --- | --- |${" --- |".repeat(STAGES.length + 3)}`,
  ...rows,
].join("\n");
console.log(report);
if (!quick) writeSection("Inspection of a body never seen before", report);
