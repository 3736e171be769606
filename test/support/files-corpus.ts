import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CORPUS = fileURLToPath(new URL("../../../shared/corpora/files-dev", import.meta.url));

/** A real file of the corpus. */
export interface CorpusFile {
  readonly file: string;
  readonly format: string;
  /** Active features that it is known to have. */
  readonly features: readonly string[];
  readonly bytes: Buffer;
}

interface Listed {
  readonly file: string;
  readonly format: string;
  readonly features: readonly string[];
}

/** The corpus's files of these formats, or all of them. */
export function filesCorpus(...formats: readonly string[]): CorpusFile[] {
  const manifest: readonly Listed[] = JSON.parse(readFileSync(join(CORPUS, "manifest.json"), "utf8"));
  return manifest
    .filter(({ format }) => formats.length === 0 || formats.includes(format))
    .map(({ file, format, features }) => ({ file, format, features, bytes: readFileSync(join(CORPUS, file)) }));
}
