import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inFolder } from "./archives.ts";

export const hasLibreOffice = existsSync("/usr/bin/soffice");

/** The words of office documents as LibreOffice prints them, by their names; undefined for one that it cannot open. */
export function wordsOf(documents: Readonly<Record<string, Uint8Array>>): ReadonlyMap<string, string | undefined> {
  return inFolder((folder) => {
    const output = join(folder, "out");
    mkdirSync(output);
    for (const [name, bytes] of Object.entries(documents)) writeFileSync(join(folder, name), bytes);
    const words = [
      `-env:UserInstallation=file://${folder}/profile`,
      "--headless",
      "--convert-to",
      "pdf",
      "--outdir",
      output,
    ];
    const files = Object.keys(documents).map((name) => join(folder, name));
    execFileSync("soffice", [...words, ...files], { stdio: "pipe", timeout: 300_000 });
    return new Map(
      Object.keys(documents).map((name) => [name, printed(join(output, name.replace(/\.[^.]*$/, ".pdf")))]),
    );
  });
}

function printed(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  execFileSync("pdftotext", ["-enc", "UTF-8", path, `${path}.txt`], { stdio: "pipe" });
  return readFileSync(`${path}.txt`, "utf8").replaceAll(/\s+/g, " ").trim();
}
