import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inFolder, listed } from "./archives.ts";
import { namesByQpdf } from "./pdf.ts";

/** Links to the outside as the formats write them, looked for in raw text: a judge that shares nothing with the disarmers. */
const LINKS: readonly RegExp[] = [
  /<Relationship\b(?=[^>]*\/hyperlink")(?=[^>]*TargetMode="External")[^>]*Target="[^#"][^>]*>/g,
  /<(?:\w+:)?f\b[^>]*>[^<]*HYPERLINK\(\s*(?:"|&quot;)(?!#)[^<]*/g,
  /formula="[^"]*HYPERLINK\((?:"|&quot;)(?!#)[^"]*/g,
  /<(?:text|draw):a\b[^>]*xlink:href="(?!#)[^"]+"/g,
  /<a\b[^>]*href="(?!#)[^"]+"/g,
  /\\fldinst[^}]*HYPERLINK\s+"?[^\\"\s#][^}]*/g,
];
const INSTRUCTION = /<w:(?:instrText|delInstrText)\b[^>]*>([^<]*)</g;

/** Links to the outside that a file still has. Of packages every part is looked at as unzip unpacks it. */
export function linksIn(format: string, bytes: Uint8Array): string[] {
  if (format === "pdf") return [...namesByQpdf(bytes)].filter((name) => name === "/URI");
  return textsOf(format, bytes).flatMap((text) => {
    const fields = [...text.matchAll(INSTRUCTION)].map(([, instruction = ""]) => instruction.replaceAll("&quot;", '"'));
    return [
      ...LINKS.flatMap((pattern) => text.match(pattern) ?? []),
      ...fields.filter((instruction) => /^\s*HYPERLINK\s+"?(?:https?|mailto|ftp|file):/i.test(instruction)),
    ];
  });
}

function textsOf(format: string, bytes: Uint8Array): string[] {
  if (!/^(?:ooxml|odf)$/.test(format)) return [Buffer.from(bytes).toString("latin1")];
  return inFolder((folder) => {
    const path = join(folder, "document");
    writeFileSync(path, bytes);
    execFileSync("unzip", ["-q", path, "-d", join(folder, "parts")], { stdio: "pipe" });
    return listed(bytes, "unzip").flatMap((name) =>
      /\.(?:xml|rels)$/.test(name) ? [readFileSync(join(folder, "parts", name), "utf8")] : [],
    );
  });
}

/** Groups of tags that ExifTool reads from what documents say of themselves, and tags in them that tell of the format. */
const GROUPS = /^(?:PDF|XMP|XML|RTF|FlashPix)[\w-]*:/;
const STRUCTURE =
  /^(?:PDF:(?:PDFVersion|Linearized|PageCount|PageMode|PageLayout|Language|TaggedPDF|HasXFA|Encryption|EmbeddedFile\w*|Warning)|(?:XML|XMP|RTF):(?:Warning|Error))$/;

/** What documents say of themselves by ExifTool, by their names: title, author, programs, times. */
export function metadataByExifTool(documents: Readonly<Record<string, Uint8Array>>): ReadonlyMap<string, string[]> {
  return inFolder((folder) => {
    for (const [name, bytes] of Object.entries(documents)) writeFileSync(join(folder, name), bytes);
    // It complains of formats that it does not know, and goes on.
    const { stdout } = spawnSync("exiftool", ["-json", "-G", "-m", "."], { cwd: folder, maxBuffer: 1 << 28 });
    const read: readonly Readonly<Record<string, unknown>>[] = JSON.parse(stdout.toString());
    return new Map(
      read.map(({ SourceFile, ...tags }) => [
        String(SourceFile).replace(/^\.\//, ""),
        Object.keys(tags).filter((tag) => GROUPS.test(tag) && !STRUCTURE.test(tag)),
      ]),
    );
  });
}
