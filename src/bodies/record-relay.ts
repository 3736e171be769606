import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { headerValue, type HeaderList, withoutHeaders } from "../core/headers.ts";
import { type RecordFormat, recordFormatOf, RecordSplitter, type StreamPiece } from "../core/records.ts";
import type { Verdict } from "../core/verdict.ts";

/** A record that was blocked: the stream ends there. */
export class RecordBlocked extends Error {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super("a record of the stream was blocked");
    this.verdict = verdict;
  }
}

const DECOMPRESSORS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** The record format of a response that is inspected as it flows; undefined for one that is read whole, unknown codings among them. */
export function streamedFormat(headers: HeaderList): RecordFormat | undefined {
  const type = headerValue(headers, "content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const coding = codingOf(headers);
  return coding === undefined || DECOMPRESSORS[coding] !== undefined ? recordFormatOf(type) : undefined;
}

function codingOf(headers: HeaderList): string | undefined {
  const coding = headerValue(headers, "content-encoding")?.trim().toLowerCase();
  return coding === "" || coding === "identity" ? undefined : coding;
}

/** The bytes of a stream as they come, its content coding removed. A coding in a stream of records has no end to measure a ratio at; the record limit bounds it. */
export function decodedStream(source: Readable, headers: HeaderList): Readable {
  const coding = codingOf(headers);
  const decompressor = coding === undefined ? undefined : DECOMPRESSORS[coding]?.();
  return decompressor === undefined ? source : pipeline(source, decompressor, () => {});
}

/** What flows through a stream: its records, and how each is judged and passed on. */
export interface RecordRelay {
  /** The bytes as they come, content coding removed. */
  readonly content: AsyncIterable<Uint8Array>;
  /** The response's end-to-end fields, content coding included. */
  readonly headers: HeaderList;
  readonly format: RecordFormat;
  /** Longest record, in bytes. */
  readonly longest: number;
  /** Inspects one record; `first` is whether the header fields are to be inspected with it. */
  readonly inspect: (record: Uint8Array, headers: HeaderList, first: boolean) => Promise<Verdict>;
  /** Sends the head, once the first record's verdict is there. */
  readonly begin: (verdict: Verdict) => void;
  /** Sends a record; gives what has to be waited for before the next. */
  readonly write: (record: Uint8Array) => Promise<unknown> | undefined;
}

/**
 * Inspects a stream record by record and passes each on at once, in order, with back-pressure. Of a record that is longer
 * than allowed the beginning is inspected, and what follows it passes where policy lets that through as it is. Rejects with
 * `RecordBlocked` or what the content rejects with; the caller then ends the connection so that the stream does not look
 * complete.
 */
export async function relayRecords(relay: RecordRelay): Promise<void> {
  const headers = withoutHeaders(relay.headers, "content-encoding", "content-length", "etag", "digest", "content-md5");
  const splitter = new RecordSplitter(relay.format, relay.longest);
  let first = true;
  const pass = async ({ kind, bytes: record }: StreamPiece): Promise<void> => {
    if (kind === "rest") {
      await relay.write(record);
      return;
    }
    const fields = first ? headers : headers.filter(([name]) => name.toLowerCase() === "content-type");
    const verdict = await relay.inspect(record, fields, first);
    const isKept = verdict.verdict === "pass" || (verdict.verdict === "sanitized" && kind === "record");
    if (!isKept) throw new RecordBlocked({ ...verdict, verdict: "blocked" });
    if (first) relay.begin(verdict);
    first = false;
    await relay.write(verdict.body);
  };
  for await (const chunk of relay.content) for (const piece of splitter.push(chunk)) await pass(piece);
  for (const piece of splitter.end()) await pass(piece);
  if (first) relay.begin(await relay.inspect(new Uint8Array(), headers, true));
}
