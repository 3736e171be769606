import { glob, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { compiledPack } from "./known-packs.ts";
import type { Statement } from "./rule.ts";
import { type Directive, readDirectives } from "./seclang/directives.ts";
import { RuleError, type RuleProblem } from "./seclang/rule-error.ts";

/** A pack that can be used: its statements, and what in it was not understood and left out. */
export interface Pack {
  readonly statements: readonly Statement[];
  readonly warnings: readonly RuleProblem[];
}

/** Files that include each other deeper than this do so in a circle. */
const DEEPEST = 16;

/**
 * The rules of a SecLang file, or of a folder: its `*.load` file where it has one (as Debian's package), else its
 * `crs-setup.conf`, its `*.conf` and those of its folders `plugins` and `rules` (as the Core Rule Set comes).
 * Rejects with `RuleError` for broken rules, with every problem.
 */
export async function loadPack(path: string): Promise<Pack> {
  const errors: RuleProblem[] = [];
  const directives: Directive[] = [];
  for (const file of await entryFiles(path)) directives.push(...(await readFiles(file, errors, 0)));
  const compiled = compiledPack(directives);
  const problems = [...errors, ...compiled.errors];
  if (problems.length > 0) throw new RuleError(problems);
  return { statements: compiled.statements, warnings: compiled.warnings };
}

async function entryFiles(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const loads = await files(path, "*.load");
  if (loads.length > 0) return loads;
  const own = (await files(path, "*.conf")).toSorted((a, b) => setupFirst(a) - setupFirst(b));
  const setup = own.some((file) => setupFirst(file) === 0) ? [] : await files(path, "crs-setup.conf.example");
  const nested = await Promise.all(
    ["plugins/*-config.conf", "plugins/*-before.conf", "rules/*.conf", "plugins/*-after.conf"].map(
      async (pattern) => await files(path, pattern),
    ),
  );
  return [...setup, ...own, ...nested.flat()];
}

function setupFirst(file: string): number {
  return file.endsWith("crs-setup.conf") ? 0 : 1;
}

async function files(folder: string, pattern: string): Promise<string[]> {
  const found = await Array.fromAsync(glob(pattern, { cwd: folder }));
  return found.toSorted().map((name) => join(folder, name));
}

/** The directives of a file, those of the files it includes in their place. */
async function readFiles(file: string, errors: RuleProblem[], depth: number): Promise<Directive[]> {
  const directives: Directive[] = [];
  for (const directive of readDirectives(await readFile(file, "utf8"), file, errors)) {
    const optional = /^IncludeOptional$/i.test(directive.name);
    if (!optional && !/^Include$/i.test(directive.name)) {
      directives.push(directive);
      continue;
    }
    const included = await includedFiles(directive.words[0] ?? "", file);
    const { line } = directive;
    if (included.length === 0 && !optional)
      errors.push({ file, line, reason: `there is no file ${directive.words[0] ?? ""}` });
    else if (depth >= DEEPEST) errors.push({ file, line, reason: "files include each other in a circle" });
    else for (const one of included) directives.push(...(await readFiles(one, errors, depth + 1)));
  }
  return directives;
}

async function includedFiles(pattern: string, from: string): Promise<string[]> {
  const absolute = resolve(dirname(from), pattern);
  if (!/[*?[]/.test(absolute))
    return (await stat(absolute).catch(() => undefined))?.isFile() === true ? [absolute] : [];
  const found = await Array.fromAsync(glob(absolute));
  return found.toSorted();
}
