import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inFolder } from "./archives.ts";

/** What no part of an office document may hold, looked for in the raw bytes: a judge that shares nothing with the disarmers. */
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a macro-enabled content type", /macroEnabled|vbaProject/i],
  ["an ActiveX content type", /activeX/i],
  ["a document type", /<!DOCTYPE|<!ENTITY/],
  [
    "an external target",
    /TargetMode="External"[^>]*Target="(?!https?:|mailto:|#)|Target="(?!https?:|mailto:|#)[^"]*"[^>]*TargetMode="External"/i,
  ],
  [
    "an external part",
    /relationships\/(?:attachedTemplate|oleObject|externalLink\w*|frame|subDocument|aFChunk|control|vbaProject|xlMacrosheet|connections|printerSettings|customXml|package)"/,
  ],
  ["an external picture", /relationships\/(?:image|audio|video|media)"[^>]*TargetMode="External"/],
  [
    "a field that acts",
    /<w:(?:instrText|fldSimple)[^>]*>?[^<]*\b(?:DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|MACROBUTTON)\b/,
  ],
  ["a slide's action", /ppaction:\/\/(?:macro|program|hlinkfile|ole)/],
  ["a reference to another workbook", /<f[^>]*>[^<]*\[\d+\]|<ddeLink|<externalReference\b/],
  [
    "a script",
    /<(?:office|script):(?:script|event-listener|event)\b|vnd\.sun\.star\.script|xlink:href="(?:file|macro|ftp):/,
  ],
  ["a DDE link", /<(?:text|table|office):dde-/],
  ["a compound file or a program", /^(?:\xd0\xcf\x11\xe0|MZ|\x7fELF)/],
];
const NAMES =
  /vbaProject|activeX|oleObject|embeddings\/|printerSettings|customXml|\.(?:bin|emf|wmf)$|^(?:Basic|Scripts)\//i;

/** What an office document still holds that acts, part by part, as unzip unpacks it. */
export function activeContentOf(document: Uint8Array): string[] {
  return inFolder((folder) => {
    const path = join(folder, "document");
    writeFileSync(path, document);
    const names = execFileSync("unzip", ["-Z1", path], { stdio: "pipe" }).toString().trim().split("\n");
    execFileSync("unzip", ["-q", path, "-d", join(folder, "parts")], { stdio: "pipe" });
    return names.flatMap((name) => {
      if (name.endsWith("/")) return [];
      const content = readFileSync(join(folder, "parts", name), "latin1");
      const found = FORBIDDEN.flatMap(([what, pattern]) => (pattern.test(content) ? [`${name}: ${what}`] : []));
      return NAMES.test(name) ? [...found, `${name}: a part of this name`] : found;
    });
  });
}
