import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** A line of a corpus, as `scan --batch` reads it. */
export interface CorpusBody {
  readonly id: string;
  readonly contentType: string;
  readonly body: string;
}

const FOLDER = new URL("../../../shared/corpora/", import.meta.url);

/** The benign development corpus, or undefined where it is not beside the project. */
export function benignCorpus(): CorpusBody[] | undefined {
  return linesOf("benign-dev.jsonl.gz")?.map((line): CorpusBody => JSON.parse(line));
}

/** The payloads of the development corpus of attacks; none where it is not beside the project. */
export function attackPayloads(): string[] {
  const lines = linesOf("attacks-dev.jsonl.gz") ?? [];
  return lines.map((line) => {
    const { payload }: { payload: string } = JSON.parse(line);
    return payload;
  });
}

function linesOf(name: string): string[] | undefined {
  const file = new URL(name, FOLDER);
  if (!existsSync(file)) {
    console.warn(`SKIPPED: the corpus ${file.pathname} is not here`);
    return undefined;
  }
  return gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n");
}
