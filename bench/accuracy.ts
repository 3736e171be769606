/**
 * Detection and false alarms on the development corpora: each attack payload as one leaf of a realistic response, each
 * benign body as it is. `--list-missed CATEGORY` and `--list-benign` show what is behind the figures.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { createInspector } from "../src/index.ts";
import { writeSection } from "./results.ts";

interface Attack {
  readonly category: string;
  readonly tier: string;
  readonly payload: string;
}

interface Benign {
  readonly id: string;
  readonly contentType: string;
  readonly body: string;
}

const CORPORA = new URL("../../shared/corpora/", import.meta.url);

function readCorpus<T>(name: string): T[] {
  const text = gunzipSync(readFileSync(new URL(name, CORPORA))).toString("utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line): T => JSON.parse(line));
}

const [option, wanted] = process.argv.slice(2);
const inspector = await createInspector();
const totals = new Map<string, { found: number; all: number }>();
for (const { category, tier, payload } of readCorpus<Attack>("attacks-dev.jsonl.gz")) {
  const body = JSON.stringify({ object: "list", data: [{ id: 7, name: "Ana Smith", note: payload }] });
  const { verdict } = await inspector.inspect({ contentType: "application/json", body });
  const row = tier === "probe" ? `${category} (probe)` : category;
  const total = totals.get(row) ?? { found: 0, all: 0 };
  total.all++;
  if (verdict !== "pass") total.found++;
  else if (option === "--list-missed" && wanted === row) console.log(JSON.stringify(payload));
  totals.set(row, total);
}
let altered = 0;
const benign = readCorpus<Benign>("benign-dev.jsonl.gz");
for (const { id, contentType, body } of benign) {
  const { verdict, findings } = await inspector.inspect({ contentType, body });
  if (verdict === "pass") continue;
  altered++;
  if (option !== "--list-benign") continue;
  for (const { action, rule, location, evidence } of findings)
    if (action !== "report") console.log(id, rule, location.part, location.path, evidence);
}
const percent = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`;
const rows = [...totals]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([category, { found, all }]) => `| ${category} | ${found} | ${all} | ${percent(found, all)} |`);
const report = [
  `\`npm run accuracy\`, Node ${process.versions.node}, defaults, own rule pack alone, development corpora.`,
  "",
  "| category | not passed | payloads | |",
  "| --- | --- | --- | --- |",
  ...rows,
  "",
  `Benign bodies altered or blocked: ${altered} of ${benign.length}, ${percent(altered, benign.length)}.`,
  "",
].join("\n");
console.log(report);
if (option === undefined) writeSection("Accuracy", report);
