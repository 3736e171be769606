import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allDerived, foundHere, recallDerived } from "./inspect/rules/derivation.ts";

/** The code that derives. */
const CODE = fileURLToPath(new URL("inspect/rules", import.meta.url));

/** Takes over what a former process found out about patterns and kept beside its compiled code. Nothing there is no error. */
export function recallKept(folder = getCompileCacheDir()): void {
  if (folder === undefined) return;
  try {
    recallDerived(JSON.parse(readFileSync(fileIn(folder), "utf8")));
  } catch {
    // It is not there, or not whole: all is found out again.
  }
}

/** Keeps what was found out, where some of it is new. What cannot be written is not kept. */
export function keepDerived(folder = getCompileCacheDir()): void {
  if (folder === undefined || foundHere() === 0) return;
  const unfinished = join(folder, `patterns-${process.pid}.unfinished`);
  try {
    writeFileSync(unfinished, JSON.stringify(allDerived()));
    renameSync(unfinished, fileIn(folder));
  } catch {
    rmSync(unfinished, { force: true });
  }
}

/** Another code has another file. */
function fileIn(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(CODE, { recursive: true, encoding: "utf8" }).toSorted())
    if (/\.[jt]s$/.test(name)) hash.update(name).update(readFileSync(join(CODE, name)));
  return join(folder, `patterns-${hash.digest("hex").slice(0, 16)}.json`);
}
