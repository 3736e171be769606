import { constants } from "node:fs";
import { lstat, open, readdir, realpath, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { makeFolder } from "../store/make-folder.ts";
import { UsageError } from "./exit.ts";

/** A file to scan, and the name of its copy below the output folder. */
export interface InputFile {
  readonly path: string;
  readonly name: string;
}

/** The files of the given paths, folders walked in name order, links in them not followed. Throws `UsageError` for a path that is not there. */
export async function* inputFiles(paths: readonly string[]): AsyncGenerator<InputFile> {
  for (const path of paths) {
    const stats = await lstat(path).catch(() => {
      throw new UsageError(`${path}: there is no such file or folder`);
    });
    if (stats.isDirectory()) yield* filesBelow(path, path);
    else yield { path, name: basename(path) };
  }
}

async function* filesBelow(folder: string, root: string): AsyncGenerator<InputFile> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, root);
    else if (entry.isFile()) yield { path, name: relative(root, path) };
  }
}

/** Throws `UsageError` where the copies of two files would have the same name. */
export function checkNames(files: readonly InputFile[], folder: string): void {
  const taken = new Map<string, string>();
  for (const { path, name } of files) {
    const other = taken.get(name);
    if (other !== undefined)
      throw new UsageError(
        `${other} and ${path} would both be written to ${join(folder, name)}: scan them into two folders`,
      );
    taken.set(name, path);
  }
}

/** Writes the file that `--output` names, with the folders above it. Rejects with `UsageError` where it cannot. */
export async function writeOutput(path: string, content: string): Promise<void> {
  try {
    makeFolder(dirname(path), 0o777);
    await writeFile(path, content);
  } catch (error) {
    throw new UsageError(
      `--output: ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Writes a copy below a folder and gives its path: never outside the folder, never through a link. */
export async function writeBelow(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  const outside = new UsageError(`${name}: would be written outside ${folder}`);
  if (relative(folder, path).startsWith("..")) throw outside;
  makeFolder(dirname(path), 0o777);
  const root = await realpath(folder);
  const parent = await realpath(dirname(path));
  if (parent !== root && !parent.startsWith(root + sep)) throw outside;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const file = await open(path, flags, 0o644);
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
  return path;
}
