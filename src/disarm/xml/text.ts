import { damaged, unsupported } from "../disarmer.ts";

/** Encodings that a declaration may name, and how they are read. */
const DECLARED: Readonly<Record<string, string>> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "us-ascii": "utf-8",
  ascii: "utf-8",
  "iso-8859-1": "windows-1252",
  "windows-1252": "windows-1252",
  "utf-16": "utf-16",
};

/**
 * The text of an XML file, by its byte order mark and its declaration (XML 1.0, appendix F). Throws `RefusedFile` where the two
 * disagree, and for encodings in which ASCII spells what a filter does not see (UTF-7).
 */
export function xmlText(bytes: Uint8Array): string {
  const wide = wideEncoding(bytes);
  const head = new TextDecoder(wide ?? "latin1").decode(bytes.subarray(0, 512));
  const declared = /^\uFEFF?(?:\u00EF\u00BB\u00BF)?\s*<\?xml\b[^>]*\bencoding\s*=\s*["']([^"']{1,40})["']/
    .exec(head)?.[1]
    ?.toLowerCase();
  const encoding = declared === undefined ? "utf-8" : DECLARED[declared];
  if (encoding === undefined) throw unsupported("the XML is in an encoding that is not read");
  if ((wide !== undefined) !== (encoding === "utf-16") && declared !== undefined)
    throw damaged("the XML is not in the encoding that it declares");
  try {
    return new TextDecoder(wide ?? encoding, { fatal: true }).decode(bytes);
  } catch {
    throw damaged("the XML is not in the encoding that it declares");
  }
}

/** UTF-16 by its byte order mark, or by the zeros beside the first characters. */
function wideEncoding([a, b, c, d]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0 && c !== 0 && d === 0)) return "utf-16le";
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c && c === 0 && d !== 0)) return "utf-16be";
  return undefined;
}
