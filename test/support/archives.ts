import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Runs `use` in a folder of its own that is gone afterwards. */
export function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "lazaret-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bytes by file name. */
export type Files = Readonly<Record<string, Uint8Array | string>>;

/** An archive of these files, made by the program that makes such archives: `zip -q x.zip …`, `tar cf x.tar …`. */
export function packed(files: Files, archive: string, program: string, ...words: string[]): Buffer {
  return inFolder((folder) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    execFileSync(program, [...words, archive, ...Object.keys(files)], { cwd: folder, stdio: "pipe" });
    return readFileSync(join(folder, archive));
  });
}

/** One file of an archive as the program for such archives prints it; throws where the program finds fault with the archive. */
export function unpacked(archive: Uint8Array, name: string, program: "unzip" | "tar"): string {
  return inFolder((folder) => {
    const path = join(folder, "archive");
    writeFileSync(path, archive);
    if (program === "unzip") execFileSync("unzip", ["-tq", path], { stdio: "pipe" });
    const words = program === "unzip" ? ["-p", path, name] : ["xOf", path, name];
    return execFileSync(program, words, { stdio: "pipe" }).toString();
  });
}

/** Names of an archive's files, as the program for such archives lists them. */
export function listed(archive: Uint8Array, program: "unzip" | "tar"): string[] {
  return inFolder((folder) => {
    const path = join(folder, "archive");
    writeFileSync(path, archive);
    const words = program === "unzip" ? ["-Z1", path] : ["tf", path];
    return execFileSync(program, words, { stdio: "pipe" }).toString().trim().split("\n");
  });
}
