/**
 * Mutated files of the corpus, bare and in archives, through the inspector: no crash, no hang over the time budget, no active content
 * in what is delivered, and what was sanitized passes when it is inspected again. `--minutes N` (1), `--seed N` (from the clock, and
 * printed), `--format NAME` (all).
 */
import { createInspector } from "../src/index.ts";
import { Budget } from "../src/core/budget.ts";
import { loadConfigText } from "../src/config/load.ts";
import { contentOf } from "../src/disarm/zip/content.ts";
import { readZip } from "../src/disarm/zip/directory.ts";
import { newEntry, withContent, writeZip } from "../src/disarm/zip/write.ts";
import { activeContentOf } from "../test/support/active-content.ts";
import { filesCorpus } from "../test/support/files-corpus.ts";

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const BUDGET = 10_000;
const GRACE = 3000;
const minutes = Number(option("minutes") ?? 1);
const seed = Number(option("seed") ?? Date.now() % 2 ** 31);
const format = option("format");
const { limits } = loadConfigText("{}", "(defaults)", {}).defaultPolicy;
const files = filesCorpus(...(format === undefined ? [] : [format]));
let state = seed >>> 0;
const random = (below: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};

/** A file with a few bytes flipped, cut, repeated or taken from another file. */
function mutated(bytes: Buffer, other: Buffer): Buffer {
  let result = Buffer.from(bytes);
  for (let i = random(5); i >= 0; i--) {
    const at = random(result.length + 1);
    const piece = other.subarray(random(other.length), random(other.length));
    const kind = random(5);
    if (kind < 2 && at < result.length) result[at] = random(256);
    else if (kind === 2) result = result.subarray(0, at);
    else if (kind === 3) result = Buffer.concat([result.subarray(0, at), piece, result.subarray(at)]);
    else result = Buffer.concat([result.subarray(0, at), result.subarray(at + random(64))]);
  }
  return result;
}

/** An archive or document with one of its parts mutated, so that its checksums still hold. */
function mutatedInside(bytes: Buffer, other: Buffer): Buffer {
  try {
    const budget = new Budget(limits, () => performance.now());
    const { entries } = readZip(bytes, budget);
    const chosen = random(entries.length);
    return writeZip(
      entries.map((entry, i) =>
        i === chosen ? withContent(entry, mutated(contentOf(entry, budget), other.subarray(0, 200))) : entry,
      ),
    );
  } catch {
    return mutated(bytes, other);
  }
}

const inspector = await createInspector({ policy: { antivirus: { engines: [] } } });
const verdicts = new Map<string, number>();
const failures: string[] = [];
const end = performance.now() + minutes * 60_000;
console.log(`seed ${seed}, ${files.length} files, ${minutes} minutes`);
for (let cases = 0; performance.now() < end; cases++) {
  const file = files[random(files.length)];
  const other = files[random(files.length)];
  if (file === undefined || other === undefined) break;
  const bare = (random(2) === 0 ? mutatedInside : mutated)(file.bytes, other.bytes);
  const body = random(4) === 0 ? writeZip([newEntry(file.file, bare), newEntry("other", other.bytes)]) : bare;
  const began = performance.now();
  const fail = (what: string): void => {
    failures.push(`case ${cases} (${file.file}): ${what}`);
    console.error(failures.at(-1));
  };
  const verdict = await inspector.inspect({ body });
  const elapsed = performance.now() - began;
  verdicts.set(verdict.verdict, (verdicts.get(verdict.verdict) ?? 0) + 1);
  if (elapsed > BUDGET + GRACE) fail(`${elapsed.toFixed(0)} ms`);
  for (const { rule, message } of verdict.findings) if (/stage-failed|crashed/.test(rule)) fail(`${rule}: ${message}`);
  if (verdict.verdict !== "sanitized") continue;
  const again = await inspector.inspect({ body: verdict.body });
  if (again.verdict !== "pass") fail(`not clean afterwards: ${again.findings.map(({ rule }) => rule).join(" ")}`);
  if (file.format === "ooxml" && body === bare) activeContentOf(verdict.body).forEach(fail);
}
await inspector.close();
console.log(Object.fromEntries(verdicts), `${failures.length} failures`);
if (failures.length > 0) process.exitCode = 1;
