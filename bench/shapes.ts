/**
 * What it brings that a vendor's schema says which values are for programs: each attack payload inside a sentence, in a
 * field that the schema declares so, with the schema stage only reporting.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInspector, type VerdictName } from "../src/index.ts";
import { attackCorpus, rowOf } from "./corpora.ts";
import { writeSection } from "./results.ts";

/** Payloads of each row that are tried: an even sample. */
const SAMPLE = 150;
const FORMS: Readonly<Record<string, (payload: string) => string>> = {
  raw: (payload) => payload,
  prose: (payload) =>
    `Thanks for the order, the customer left the note ${payload} with the parcel and asked us to call back.`,
  markdown: (payload) =>
    `## Notes\n\nThe parcel came **yesterday** and the note says:\n\n- ${payload}\n- see [the order](https://shop.example/7)\n`,
  "code span": (payload) => `The scanner sent \`${payload}\` to the form and we would like to know why it did that.`,
};
const DOCUMENT = {
  openapi: "3.1.0",
  paths: {
    "/items": {
      get: {
        responses: {
          200: {
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: { state: { type: "string", enum: ["open"] }, note: { type: "string" } },
                },
              },
            },
          },
        },
      },
    },
  },
};

const folder = mkdtempSync(join(tmpdir(), "lazaret-shapes-"));
writeFileSync(join(folder, "openapi.json"), JSON.stringify(DOCUMENT));
const inspector = await createInspector({
  policy: { on: { schema: "report" }, antivirus: { engines: [] } },
  vendors: { acme: { upstream: "https://acme.example", schemas: folder } },
});

async function verdictOf(field: string, value: string): Promise<VerdictName> {
  const body = JSON.stringify({ [field]: value });
  const request = { method: "GET", url: "/items" };
  return (await inspector.inspect({ vendor: "acme", request, contentType: "application/json", body })).verdict;
}

const percent = (part: number, all: number): string => ((100 * part) / all).toFixed(1);
const forms = Object.entries(FORMS);
const rows: string[] = [];
for (const [category, attacks] of Map.groupBy(attackCorpus(), rowOf)) {
  const step = Math.ceil(attacks.length / SAMPLE);
  const sample = attacks.filter((_, index) => index % step === 0);
  const cells: string[] = [];
  for (const [, dress] of forms) {
    const found = { note: 0, state: 0 };
    for (const { payload } of sample)
      for (const field of ["note", "state"] as const)
        if ((await verdictOf(field, dress(payload))) !== "pass") found[field]++;
    cells.push(percent(found.note, sample.length), percent(found.state, sample.length));
  }
  rows.push(`| ${category} | ${sample.length} | ${cells.join(" | ")} |`);
}
await inspector.close();
rmSync(folder, { recursive: true });
const report = [
  `\`npm run shapes\`, Node ${process.versions.node}, defaults, own rule pack alone, development corpora, an even sample of at most`,
  `${SAMPLE} a row. Per cent of payloads that did not pass in a string that the vendor's schema lets be anything, and in one that it`,
  "declares as an enumeration, schema findings only reported: there, nothing is taken for a quotation.",
  "",
  `| category | payloads | ${forms.map(([form]) => `${form}, free | declared`).join(" | ")} |`,
  `| --- |${" --- |".repeat(forms.length * 2 + 1)}`,
  ...rows.toSorted(),
  "",
].join("\n");
console.log(report);
writeSection("What a schema tells the rules", report);
