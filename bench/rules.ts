/**
 * The Core Rule Set on one body: this inspection beside nginx with libmodsecurity, both warm and one request at a time, so that
 * neither has more than one core; least times. `--quick` for a short look.
 */
import { cpus } from "node:os";
import { composeInspector } from "../src/app.ts";
import { loadConfigText } from "../src/config/load.ts";
import { CORE_RULE_SET, leafRules } from "../test/support/core-rule-set.ts";
import { startModSecurity } from "../test/support/modsecurity.ts";
import { generatedBody, jsonExchange } from "./generated.ts";
import { writeSection } from "./results.ts";

const quick = process.argv.includes("--quick");
/** Milliseconds for each body and set of packs, half of them to warm up. */
const TIME = quick ? 1500 : 8000;
/** Requests to ModSecurity for each body, which takes ten seconds and more for the largest. */
const REQUESTS = new Map([
  [10, quick ? 3 : 10],
  [100, quick ? 1 : 5],
  [1000, quick ? 1 : 2],
]);

interface Cost {
  readonly whole: number;
  readonly rules: number;
  readonly parse: number;
}

/**
 * Least milliseconds of the first inspection of a body and of its rules, and of `JSON.parse` in between. What was found and cut
 * out is inspected again; that is not counted, since the peer does not cut.
 */
async function ours(packs: readonly string[], bytes: Buffer): Promise<Cost> {
  const least = { whole: Infinity, rules: Infinity, parse: Infinity };
  const stages = new Map<string, number>();
  // With a clamd, antivirus would be waited for while the rules run, and stages would not add up.
  const policy = { rules: { packs, paranoia: 1 }, antivirus: { engines: ["yara"] } };
  const config = loadConfigText(JSON.stringify({ policy }), "bench", {});
  const inspector = await composeInspector(config, ({ stage, elapsedMs }) => {
    if (!stages.has(stage)) stages.set(stage, elapsedMs);
  });
  const measure = async (): Promise<Cost> => {
    const began = performance.now();
    JSON.parse(bytes.toString());
    const parse = performance.now() - began;
    stages.clear();
    await inspector.inspect(jsonExchange(bytes));
    const whole = [...stages.values()].reduce((sum, one) => sum + one, 0);
    return { whole, rules: stages.get("rules") ?? 0, parse };
  };
  for (const until = performance.now() + TIME / 2; performance.now() < until;) await measure();
  for (const until = performance.now() + TIME / 2; performance.now() < until;) {
    const { whole, rules, parse } = await measure();
    least.whole = Math.min(least.whole, whole);
    least.rules = Math.min(least.rules, rules);
    least.parse = Math.min(least.parse, parse);
  }
  return least;
}

/** Least milliseconds of a request, over HTTP, as it is used. */
async function theirs(post: (body: string) => Promise<unknown>, body: string, requests: number): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < requests; i++) {
    const began = performance.now();
    await post(body);
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

const rows: string[] = [];
const peer = await startModSecurity(leafRules(1), 1);
const post = async (body: string): Promise<unknown> => await peer.post("application/json", [body]);
try {
  await post("{}");
  for (const [items, requests] of REQUESTS) {
    const bytes = generatedBody(items);
    const slow = await theirs(post, bytes.toString(), requests);
    const crs = await ours([CORE_RULE_SET], bytes);
    const both = await ours(["lazaret", CORE_RULE_SET], bytes);
    const cells = [
      (bytes.length / 1000).toFixed(0),
      crs.parse.toFixed(2),
      slow.toFixed(0),
      crs.whole.toFixed(1),
      `${(slow / crs.whole).toFixed(0)} ×`,
      `${(slow / crs.rules).toFixed(0)} ×`,
      (crs.rules / crs.parse).toFixed(1),
      (both.rules / both.parse).toFixed(1),
    ];
    rows.push(`| ${cells.join(" | ")} |`);
    console.log(rows.at(-1));
  }
} finally {
  await peer.close();
}
const report = [
  `\`node bench/rules.ts\`, Node ${process.versions.node}, Debian's libmodsecurity, Core Rule Set 3.3.4 at paranoia 1, ${cpus().length} cores`,
  `(${cpus()[0]?.model.trim()}), one request at a time; least times. The whole inspection has decoding, the text checks and YARA in it.`,
  "",
  "| kB | JSON.parse, ms | nginx + libmodsecurity, ms | whole inspection, ms | faster | rules alone, faster | rules / JSON.parse | with own pack |",
  "| --- | --- | --- | --- | --- | --- | --- | --- |",
  ...rows,
].join("\n");
console.log(report);
if (!quick) writeSection("The Core Rule Set beside libmodsecurity", report);
