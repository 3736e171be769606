/**
 * Mutated bodies through `scan --batch`: no crash, no hang over the time budget, an answer for every line, and what was
 * sanitized passes when it is inspected again. `--megabytes N` (64) and `--seed N` (from the clock, and printed).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createInspector } from "../src/index.ts";
import { attackCorpus, benignCorpus } from "./corpora.ts";

const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const BUDGET = 10_000;
const GRACE = 2000;
const TYPES = [
  "application/json",
  "application/xml",
  "text/html",
  "text/csv",
  "application/yaml",
  "text/plain",
  "application/x-ndjson",
  "text/event-stream",
  "application/x-www-form-urlencoded",
  'multipart/mixed; boundary="b"',
];
const megabytes = option("megabytes", 64);
const seed = option("seed", Date.now() % 2 ** 31);
let state = seed >>> 0;
const random = (below: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};

const benign = benignCorpus();
const payloads = attackCorpus().map(({ payload }) => payload);

const pick = <T>(list: readonly T[]): T | undefined => list[random(list.length)];

/** A body with a few bytes flipped, cut, repeated, nested or replaced by an attack; sometimes under another type. */
function mutated(): { readonly contentType: string; readonly bytes: Buffer } {
  const { contentType, body } = pick(benign) ?? { contentType: "", body: "" };
  let bytes: Buffer = Buffer.from(body.length > 60_000 ? body.slice(0, 60_000) : body);
  for (let i = random(6); i >= 0; i--) {
    const at = random(bytes.length + 1);
    const insert = (piece: string | Buffer): Buffer =>
      Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(at)]);
    switch (random(8)) {
      case 0:
        if (bytes.length > 0) bytes[at % bytes.length] = random(256);
        break;
      case 1:
        bytes = bytes.subarray(0, at);
        break;
      case 2:
        bytes = insert(bytes.subarray(at, at + random(200)));
        break;
      case 3:
        bytes = insert(pick(payloads) ?? "");
        break;
      case 4:
        bytes = insert(JSON.stringify(pick(payloads) ?? "").slice(1, -1));
        break;
      case 5:
        bytes = insert(
          (
            pick(["[", "{", "<a>", "&a;", "\0", "\ufeff", "\u202e", '"', "--b\r\n", "\n- ", "*a ", "!!python/x "]) ?? ""
          ).repeat(1 + random(50)),
        );
        break;
      case 6:
        bytes = insert(Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xff]).subarray(random(6)));
        break;
      default:
        bytes = Buffer.from(JSON.stringify({ nested: bytes.toString("base64") }));
    }
  }
  return { contentType: random(4) === 0 ? (pick(TYPES) ?? "") : contentType, bytes };
}

const child = spawn(
  process.execPath,
  [fileURLToPath(new URL("../bin/lazaret.js", import.meta.url)), "scan", "--batch"],
  {
    stdio: ["pipe", "pipe", "inherit"],
  },
);
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
const inspector = await createInspector();
const counts = new Map<string, number>();
let fed = 0;
let slowest = 0;
const began = performance.now();
for (let id = 0; fed < megabytes * 1e6; id++) {
  const { contentType, bytes } = mutated();
  fed += bytes.length;
  const line = JSON.stringify({ id: String(id), contentType, bodyBase64: bytes.toString("base64") });
  if (!child.stdin.write(`${line}\n`)) await once(child.stdin, "drain");
  const answer = await lines.next();
  const fail = (what: string): never => {
    console.error(`seed ${seed}, input ${id}: ${what}\n${line.slice(0, 2000)}`);
    process.exit(1);
  };
  if (answer.done === true) fail("the process ended");
  const { id: answered, verdict, elapsedMs, body, bodyBase64 } = JSON.parse(String(answer.value));
  if (answered !== String(id)) fail(`answer ${String(answer.value).slice(0, 200)}`);
  slowest = Math.max(slowest, elapsedMs);
  if (elapsedMs > BUDGET + GRACE) fail(`took ${elapsedMs} ms`);
  counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  if (verdict !== "sanitized") continue;
  const safe = body === undefined ? Buffer.from(bodyBase64, "base64") : Buffer.from(body);
  const again = await inspector.inspect({ contentType, body: safe });
  if (again.verdict !== "pass") fail(`sanitized, and then ${again.verdict}: ${JSON.stringify(again.findings[0])}`);
}
child.stdin.end();
const [code] = await once(child, "close");
const told = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
console.log(
  `seed ${seed}: ${(fed / 1e6).toFixed(0)} MB, ${told}; slowest ${slowest.toFixed(0)} ms; exit code ${code}; ${((performance.now() - began) / 1000).toFixed(0)} s`,
);
