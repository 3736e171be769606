import { existsSync, readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("RESULTS.md", import.meta.url);

/** Replaces one section of `bench/RESULTS.md`, or adds it at the end. */
export function writeSection(title: string, content: string): void {
  const text = existsSync(FILE) ? readFileSync(FILE, "utf8") : "# Results\n";
  const sections = text.split(/^(?=## )/m);
  const section = `## ${title}\n\n${content.trim()}\n\n`;
  const at = sections.findIndex((candidate) => candidate.startsWith(`## ${title}\n`));
  if (at < 0) sections.push(section);
  else sections[at] = section;
  writeFileSync(FILE, `${sections.map((one) => one.trim()).join("\n\n")}\n`);
}
