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
  const file = new URL("benign-dev.jsonl.gz", FOLDER);
  if (!existsSync(file)) {
    console.warn(`SKIPPED: the corpus ${file.pathname} is not here`);
    return undefined;
  }
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n");
  return lines.map((line): CorpusBody => JSON.parse(line));
}
