/**
 * Detection and false alarms on the development corpora with the own pack alone, and with the Core Rule Set beside it at
 * paranoia 1 to 3.
 */
import { createInspector } from "../src/index.ts";
import { attackCorpus, benignCorpus, responseWith, rowOf } from "./corpora.ts";
import { writeSection } from "./results.ts";

const CRS = "/usr/share/modsecurity-crs";
const SETS = [
  { name: "own", rules: { packs: ["lazaret"] } },
  ...[1, 2, 3].map((paranoia) => ({ name: `own + CRS, ${paranoia}`, rules: { packs: ["lazaret", CRS], paranoia } })),
];
const attacks = attackCorpus();
const benign = benignCorpus();
const sizes = Map.groupBy(attacks, rowOf);
const columns: { readonly found: ReadonlyMap<string, number>; readonly altered: number }[] = [];

for (const { name, rules } of SETS) {
  const inspector = await createInspector({ policy: { rules } });
  const found = new Map<string, number>();
  for (const attack of attacks) {
    const body = responseWith(attack.payload);
    const { verdict } = await inspector.inspect({ contentType: "application/json", body });
    if (verdict !== "pass") found.set(rowOf(attack), (found.get(rowOf(attack)) ?? 0) + 1);
  }
  let altered = 0;
  for (const { contentType, body } of benign)
    if ((await inspector.inspect({ contentType, body })).verdict !== "pass") altered++;
  columns.push({ found, altered });
  console.log(name, altered);
  await inspector.close();
}

const percent = (part: number, all: number): string => ((100 * part) / all).toFixed(1);
const rows = [...sizes]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([row, { length }]) => {
    const cells = columns.map(({ found }) => percent(found.get(row) ?? 0, length));
    return `| ${row} | ${length} | ${cells.join(" | ")} |`;
  });
const report = [
  `\`npm run accuracy\`, Node ${process.versions.node}, development corpora: per cent of payloads that did not pass as a JSON string, and`,
  "per cent of benign bodies altered or blocked. CRS is 3.3.4, unmodified, as Debian installs it; the number is the paranoia level, which",
  "holds for both packs.",
  "",
  `| category | payloads | ${SETS.map(({ name }) => name).join(" | ")} |`,
  `| --- |${" --- |".repeat(SETS.length + 1)}`,
  ...rows,
  `| benign altered | ${benign.length} | ${columns.map(({ altered }) => percent(altered, benign.length)).join(" | ")} |`,
].join("\n");
console.log(report);
writeSection("Accuracy by pack", report);
