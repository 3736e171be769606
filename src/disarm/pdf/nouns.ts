import { PDFArray, PDFDict, PDFName, type PDFObject } from "@cantoo/pdf-lib";
import { dictionaryOf, type Noun, variantOf } from "./variants.ts";

const ENTRIES: Readonly<Record<string, Noun>> = {
  JavaScript: { one: "script" },
  JS: { one: "script" },
  OpenAction: { one: "action on opening", many: "actions on opening" },
  AA: { one: "triggered action" },
  Next: { one: "chained action" },
  XFA: { one: "XFA form" },
  EmbeddedFiles: { one: "embedded file" },
  EF: { one: "embedded file" },
  AF: { one: "associated file" },
  FS: { one: "file reference" },
  F: { one: "external stream" },
  Ref: { one: "external page" },
  OPI: { one: "external image" },
  Alternates: { one: "alternate image" },
  Metadata: { one: "metadata packet" },
  PieceInfo: { one: "private record" },
  Collection: { one: "portfolio" },
  Renditions: { one: "media rendition" },
  RichMediaSettings: { one: "media setting" },
  RichMediaContent: { one: "media content" },
  SpiderInfo: { one: "web capture record" },
  RC: { one: "rich text" },
  RV: { one: "rich text" },
  Thumb: { one: "thumbnail" },
  Threads: { one: "article thread" },
  PS: { one: "PostScript object" },
};

/** Without a signature these mean nothing, and a signature does not outlast a change. */
const SIGNATURE_ENTRIES = new Set(["SigFlags", "Perms", "DSS", "Lock", "SV"]);

/** Whether an entry only serves a signature: alone it is no reason to rebuild. */
export function servesSignature(key: string): boolean {
  return SIGNATURE_ENTRIES.has(key);
}

/** What an entry that is not listed is called, and how many it holds. */
export function nounOfEntry(key: string, value: PDFObject | undefined): Noun & { readonly count: number } {
  if (key === "OpenAction" && value instanceof PDFDict) {
    const variant = variantOf("action", value);
    if ("removed" in variant) return { ...variant.removed, count: 1 };
  }
  const noun = ENTRIES[key] ?? { one: "unlisted entry", many: "unlisted entries" };
  if (key === "JavaScript" || key === "EmbeddedFiles") return { ...noun, count: Math.max(1, leavesOf(value, 0)) };
  if (key === "AA") return { ...noun, count: Math.max(1, dictionaryOf(value)?.keys().length ?? 1) };
  return { ...noun, count: 1 };
}

const DEEPEST = 16;
const WIDEST = 1000;

/** Entries of a name tree (ISO 32000-2, 7.9.6), as far as it is sound. */
function leavesOf(node: PDFObject | undefined, depth: number): number {
  const dictionary = dictionaryOf(node);
  if (dictionary === undefined || depth > DEEPEST) return 0;
  const names = dictionary.lookup(PDFName.of("Names"));
  const kids = dictionary.lookup(PDFName.of("Kids"));
  let count = names instanceof PDFArray ? Math.floor(names.size() / 2) : 0;
  if (!(kids instanceof PDFArray)) return count;
  for (let at = 0; at < Math.min(kids.size(), depth === 0 ? WIDEST : DEEPEST); at++)
    count += leavesOf(kids.lookup(at), depth + 1);
  return count;
}
