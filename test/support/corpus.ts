import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** A line of a corpus, as `scan --batch` reads it. */
export interface CorpusBody {
  readonly id: string;
  readonly contentType: string;
  readonly body: string;
}

/** A line of the corpus of attacks. */
interface CorpusAttack {
  readonly category: string;
  readonly payload: string;
}

const FOLDER = new URL("../../../shared/corpora/", import.meta.url);

/** The benign development corpus, or undefined where it is not beside the project. */
export function benignCorpus(): CorpusBody[] | undefined {
  return linesOf("benign-dev.jsonl.gz")?.map((line): CorpusBody => JSON.parse(line));
}

/** The attacks of the development corpus; none where it is not beside the project. */
export function attackCorpus(): CorpusAttack[] {
  return (linesOf("attacks-dev.jsonl.gz") ?? []).map((line): CorpusAttack => JSON.parse(line));
}

/** Their payloads. */
export function attackPayloads(): string[] {
  return attackCorpus().map(({ payload }) => payload);
}

function linesOf(name: string): string[] | undefined {
  const file = new URL(name, FOLDER);
  if (!existsSync(file)) {
    console.warn(`SKIPPED: the corpus ${file.pathname} is not here`);
    return undefined;
  }
  return gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n");
}

/** The different strings of the benign development corpus, in order. */
export function benignStrings(): string[] {
  const strings = new Set<string>();
  for (const { body } of benignCorpus() ?? []) {
    try {
      collect(JSON.parse(body), strings);
    } catch {
      // A body of another type has no such strings.
    }
  }
  return [...strings];
}

function collect(value: unknown, strings: Set<string>): void {
  if (typeof value === "string") strings.add(value);
  else if (typeof value === "object" && value !== null)
    for (const member of Object.values(value)) collect(member, strings);
}
