import type { Decoded, FormatContext, FormatDecoder } from "./format.ts";
import { type LeafEntry, leafList } from "./leaf-list.ts";

/** Text without structure: a leaf a line, so that sanitizing takes a line and not the document. */
export const textDecoder: FormatDecoder = {
  name: "text",
  mediaTypes: ["text/plain", "text/markdown", "text/x-log"],
  decode: decodeText,
};

function decodeText(source: Uint8Array, context: FormatContext): Decoded {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const entries: LeafEntry[] = [];
  for (let start = 0, line = 1; start < text.length; line++) {
    const feed = text.indexOf(0x0a, start);
    const next = feed < 0 ? text.length : feed + 1;
    let end = feed < 0 ? text.length : feed;
    if (end > start && text[end - 1] === 0x0d) end--;
    if (end > start) entries.push(lineEntry(text, start, end, line));
    if (entries.length % 1024 === 0) context.budget.checkTime();
    start = next;
  }
  context.budget.takeLeaves(entries.length);
  return { leaves: leafList(entries), problems: [], embedded: [] };
}

function lineEntry(text: Buffer, start: number, end: number, line: number): LeafEntry {
  return {
    kind: "text",
    value: text.toString("utf8", start, end),
    span: { start, end },
    segments: [line - 1],
    path: () => `line ${line}`,
    encode: (value) => value,
    removal: { start, end },
  };
}
