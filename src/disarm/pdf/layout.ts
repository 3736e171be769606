import { type PDFContext, PDFDict, PDFName, PDFNumber, PDFRawStream, type PDFRef } from "@cantoo/pdf-lib";
import type { Removals } from "../disarmer.ts";
import { outlineOf } from "./outline.ts";
import { nameUnder } from "./variants.ts";

const HEADER = /^%PDF-\d\.\d\s{1,4}(?:%[^\r\n]{0,16}\s{1,4})?(?=\d)/;
const TAIL = /startxref\s{1,4}\d{1,12}\s{1,4}%%EOF\s{0,4}$/;
/** What may follow an object: another one, or the end of a revision. */
const BETWEEN = /(?<![^\s>)\]])endobj(?!\s{0,64}(?:\d{1,10}\s{1,4}\d{1,5}\s{1,4}obj|xref|trailer|startxref))/g;
const OBJECT = /(?<![^\s>)\]])\d{1,10}\s{1,4}\d{1,5}\s{1,4}obj\b/g;

/**
 * Counts what a file holds beside the one document that readers show: earlier revisions, objects that nothing refers to, bytes
 * around it that make it a file of another kind too.
 */
export function countHidden(
  bytes: Uint8Array,
  context: PDFContext,
  reached: ReadonlySet<PDFRef>,
  removed: Removals,
): void {
  const { text, isSound } = outlineOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"));
  if (!isSound) removed.add("stream or string of doubtful length", 1, "streams or strings of doubtful length");
  if (!HEADER.test(text.slice(0, 64))) removed.add("unusual header");
  if (!TAIL.test(text.slice(-64))) removed.add("run of bytes after the end", 1, "runs of bytes after the end");
  const linearized = isLinearized(bytes, context);
  removed.add("earlier revision", occurrences(text, /(?<![^\s>)\]])startxref/g) - (linearized ? 2 : 1));
  removed.add("run of bytes between objects", occurrences(text, BETWEEN), "runs of bytes between objects");
  const { packed, hidden } = countObjects(context, reached, linearized);
  const written = occurrences(text, OBJECT) + packed;
  removed.add("superseded object", written - context.enumerateIndirectObjects().length);
  removed.add("unreachable object", hidden);
}

function occurrences(text: string, pattern: RegExp): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) count++;
  return count;
}

/** Objects in object streams, and objects that neither the document nor the file's own structure uses. */
function countObjects(
  context: PDFContext,
  reached: ReadonlySet<PDFRef>,
  linearized: boolean,
): { packed: number; hidden: number } {
  let packed = 0;
  let hidden = 0;
  for (const [ref, object] of context.enumerateIndirectObjects()) {
    const type = nameUnder(object, "Type");
    if (object instanceof PDFRawStream && type === "ObjStm") {
      const count = object.dict.lookup(PDFName.of("N"));
      packed += count instanceof PDFNumber ? count.asNumber() : 0;
    } else if (!reached.has(ref) && !(object instanceof PDFRawStream && type === "XRef"))
      if (!linearized || !isLinearization(object)) hidden++;
  }
  return { packed, hidden };
}

/** The dictionary and the hint stream that help readers to show a page before the rest has come (annex F). */
function isLinearization(object: unknown): boolean {
  if (object instanceof PDFRawStream) return object.dict.get(PDFName.of("S")) instanceof PDFNumber;
  return object instanceof PDFDict && object.has(PDFName.of("Linearized"));
}

function isLinearized(bytes: Uint8Array, context: PDFContext): boolean {
  return context.enumerateIndirectObjects().some(([, object]) => {
    if (!(object instanceof PDFDict) || !object.has(PDFName.of("Linearized"))) return false;
    const length = object.lookup(PDFName.of("L"));
    return length instanceof PDFNumber && length.asNumber() === bytes.length;
  });
}
