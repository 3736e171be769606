/**
 * Detection and false alarms on the development corpora: each attack payload as one leaf of a realistic response, as it is,
 * encoded in four ways, and inside text; each benign body as it is. `--list-missed CATEGORY [FORM]` and `--list-benign` show
 * what is behind the figures, without writing them.
 */
import { createInspector } from "../src/index.ts";
import { attackCorpus, type Attack, benignCorpus, responseWith, rowOf } from "./corpora.ts";
import { writeSection } from "./results.ts";

/** The forms in which a payload arrives. Those in text show what the context of a leaf costs. */
const FORMS: Readonly<Record<string, (payload: string) => string>> = {
  raw: (payload) => payload,
  url: (payload) => encodeURIComponent(payload.toWellFormed()),
  html: (payload) => payload.replaceAll(/[^A-Za-z0-9 ]/gu, (c) => `&#x${(c.codePointAt(0) ?? 0).toString(16)};`),
  unicode: (payload) =>
    payload.replaceAll(/[^A-Za-z0-9 ]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  base64: (payload) => Buffer.from(payload).toString("base64"),
  prose: (payload) =>
    `Thanks for the order, the customer left the note ${payload} with the parcel and asked us to call back.`,
  markdown: (payload) =>
    `## Notes\n\nThe parcel came **yesterday** and the note says:\n\n- ${payload}\n- see [the order](https://shop.example/7)\n`,
  "code span": (payload) => `The scanner sent \`${payload}\` to the form and we would like to know why it did that.`,
};
/** Payloads of a category that are tried in the forms other than raw: an even sample. */
const SAMPLE = 150;
const [option, wanted, wantedForm = "raw"] = process.argv.slice(2);
const inspector = await createInspector();
const attacks: readonly Attack[] = attackCorpus();
const sizes = Map.groupBy(attacks, rowOf);

interface Total {
  seen: number;
  readonly tried: Map<string, number>;
  readonly found: Map<string, number>;
}
const totals = new Map<string, Total>();
const count = (counts: Map<string, number>, form: string): void => void counts.set(form, (counts.get(form) ?? 0) + 1);

async function isFound(payload: string): Promise<boolean> {
  const verdict = await inspector.inspect({ contentType: "application/json", body: responseWith(payload) });
  return verdict.verdict !== "pass";
}

for (const attack of option === "--list-benign" ? [] : attacks) {
  const { payload } = attack;
  const row = rowOf(attack);
  const total = totals.get(row) ?? { seen: 0, tried: new Map<string, number>(), found: new Map<string, number>() };
  totals.set(row, total);
  const isInSample = total.seen++ % Math.ceil((sizes.get(row)?.length ?? 1) / SAMPLE) === 0;
  for (const [form, encode] of Object.entries(FORMS)) {
    if (option === "--list-missed" ? form !== wantedForm || row !== wanted : form !== "raw" && !isInSample) continue;
    count(total.tried, form);
    if (await isFound(encode(payload))) count(total.found, form);
    else if (option === "--list-missed") console.log(JSON.stringify(payload));
  }
}
let altered = 0;
const benign = option === "--list-missed" ? [] : benignCorpus();
for (const { id, contentType, body } of benign) {
  const { verdict, findings } = await inspector.inspect({ contentType, body });
  if (verdict === "pass") continue;
  altered++;
  if (option !== "--list-benign") continue;
  for (const { action, rule, location, evidence } of findings)
    if (action !== "report") console.log(id, rule, location.part, location.path, evidence);
}
const percent = (part: number, all: number): string => ((100 * part) / all).toFixed(1);
const forms = Object.keys(FORMS);
const rows = [...totals]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([category, { seen, tried, found }]) => {
    const cells = forms.map((form) => percent(found.get(form) ?? 0, tried.get(form) ?? 0));
    return `| ${category} | ${seen} | ${cells.join(" | ")} |`;
  });
const report = [
  `\`npm run accuracy\`, Node ${process.versions.node}, defaults, own rule pack alone, development corpora.`,
  "Per cent of payloads that did not pass: as they are, encoded once, in a sentence, in an item of a Markdown list,",
  `in a code span. Raw over all payloads, the other forms over an even sample of about ${SAMPLE} a category.`,
  "",
  `| category | payloads | ${forms.join(" | ")} |`,
  `| --- |${" --- |".repeat(forms.length + 1)}`,
  ...rows,
  "",
  `Benign bodies altered or blocked: ${altered} of ${benign.length}, ${percent(altered, benign.length)} %.`,
  "",
].join("\n");
console.log(report);
if (option === undefined) writeSection("Accuracy", report);
