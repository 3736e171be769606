import { type RecordFormat, RecordSplitter } from "../core/records.ts";
import type { Decoded, EmbeddedPart, FormatContext, FormatDecoder } from "./format.ts";
import { leafList } from "./leaf-list.ts";

const JSON_TYPE = "application/json";
const LF = 0x0a;
const CR = 0x0d;
const RS = 0x1e;

/** NDJSON, JSON text sequences (RFC 7464) and event streams (HTML, section 9.2): every record is a part of its own. */
export const ndjsonDecoder: FormatDecoder = recordDecoder("ndjson", [
  "application/x-ndjson",
  "application/ndjson",
  "application/jsonl",
  "application/x-jsonlines",
  "application/jsonlines",
  "application/stream+json",
]);
export const jsonSeqDecoder: FormatDecoder = recordDecoder("json-seq", [
  "application/json-seq",
  "application/geo+json-seq",
]);
export const sseDecoder: FormatDecoder = recordDecoder("sse", ["text/event-stream"]);

function recordDecoder(format: RecordFormat, mediaTypes: readonly string[]): FormatDecoder {
  return { name: format, mediaTypes, decode: (source, context) => decodeRecords(source, format, context) };
}

function decodeRecords(source: Uint8Array, format: RecordFormat, { budget }: FormatContext): Decoded {
  const splitter = new RecordSplitter(format, source.length + 1);
  const embedded: EmbeddedPart[] = [];
  let start = 0;
  for (const { bytes: record } of [...splitter.push(source), ...splitter.end()]) {
    if (embedded.length % 1024 === 0) budget.checkTime();
    const label = `record ${embedded.length + 1}`;
    const part = format === "sse" ? eventData(record, start, label) : jsonRecord(record, start, label);
    if (part !== undefined) embedded.push(part);
    start += record.length;
  }
  return { leaves: leafList([]), problems: [], embedded };
}

function jsonRecord(record: Uint8Array, offset: number, label: string): EmbeddedPart | undefined {
  let start = 0;
  let end = record.length;
  if (record[0] === RS) start++;
  while (end > start && (record[end - 1] === LF || record[end - 1] === CR)) end--;
  if (end === start) return undefined;
  return {
    label,
    span: { start: offset + start, end: offset + end },
    bytes: record.subarray(start, end),
    contentType: JSON_TYPE,
    encode: (bytes) =>
      Buffer.from(
        Buffer.from(bytes)
          .toString("utf8")
          .replaceAll(/[\r\n]+/g, " "),
      ),
  };
}

/** An event's data, all its lines joined; the other fields count as text, so that nothing in an event goes unread. */
function eventData(record: Uint8Array, offset: number, label: string): EmbeddedPart | undefined {
  const text = Buffer.from(record).toString("utf8");
  const lines = text.split(/\r\n|\r|\n/);
  const data = lines.filter((line) => /^data(?::|$)/.test(line)).map((line) => line.replace(/^data:? ?/, ""));
  const others = lines.filter((line) => line !== "" && !/^data(?::|$)/.test(line));
  const joined = data.join("\n");
  const isJson = /^\s*[[{"]/.test(joined) && parses(joined);
  const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? "\n";
  if (data.length === 0 && others.length === 0) return undefined;
  if (others.some((line) => !/^(?:event|id|retry): ?[\w.:-]{0,128}$|^:/.test(line)))
    return {
      label,
      span: { start: offset, end: offset + record.length },
      bytes: record,
      contentType: "text/plain",
      encode: (bytes) => bytes,
    };
  return {
    label,
    span: { start: offset, end: offset + record.length },
    bytes: Buffer.from(joined),
    contentType: isJson ? JSON_TYPE : "text/plain",
    encode: (bytes) => {
      const rewritten = Buffer.from(bytes)
        .toString("utf8")
        .split(/\r\n|\r|\n/)
        .map((line) => `data: ${line}`);
      return Buffer.from(`${[...others, ...rewritten].join(lineEnd)}${lineEnd}${lineEnd}`);
    },
  };
}

/** An event's data is text that may be JSON: `[DONE]` ends many a stream, and models send JSON in pieces. */
function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    // What is nested too deeply to be parsed is JSON whose depth has to be told.
    return !(error instanceof SyntaxError);
  }
}
