import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { compileRules } from "./compile.ts";
import type { Rule } from "./rule.ts";
import { readDirectives } from "./seclang/directives.ts";

/** The rules of a SecLang file, or of every `*.conf` of a folder in name order. Rejects with `RuleError` for a broken file. */
export async function loadRules(path: string): Promise<Rule[]> {
  const isFolder = (await stat(path)).isDirectory();
  const names = isFolder ? (await readdir(path)).filter((name) => name.endsWith(".conf")).toSorted() : [];
  const files = isFolder ? names.map((name) => join(path, name)) : [path];
  const texts = await Promise.all(files.map(async (file) => await readFile(file, "utf8")));
  return texts.flatMap((text, i) => compileRules(readDirectives(text, files[i] ?? path)));
}
