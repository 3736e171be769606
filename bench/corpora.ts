import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** An attack of `attacks-dev.jsonl.gz`. */
export interface Attack {
  readonly category: string;
  readonly tier: string;
  readonly payload: string;
}

/** A response of `benign-dev.jsonl.gz`. */
export interface Benign {
  readonly id: string;
  readonly contentType: string;
  readonly body: string;
}

const CORPORA = new URL("../../shared/corpora/", import.meta.url);

function readCorpus<T>(name: string): T[] {
  const text = gunzipSync(readFileSync(new URL(name, CORPORA))).toString("utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line): T => JSON.parse(line));
}

/** Every attack of the development corpus. */
export function attackCorpus(): Attack[] {
  return readCorpus<Attack>("attacks-dev.jsonl.gz");
}

/** Every response of the benign development corpus. */
export function benignCorpus(): Benign[] {
  return readCorpus<Benign>("benign-dev.jsonl.gz");
}

/** The row of a table that an attack counts in. */
export function rowOf({ category, tier }: Attack): string {
  return tier === "probe" ? `${category} (probe)` : category;
}

/** A realistic response with a payload as one of its strings. */
export function responseWith(payload: string): string {
  return JSON.stringify({ object: "list", data: [{ id: 7, name: "Ana Smith", note: payload }] });
}
