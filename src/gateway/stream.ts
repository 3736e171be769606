import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { headerValue, type HeaderList, withoutHeaders } from "../core/headers.ts";
import { type RecordFormat, recordFormatOf, RecordSplitter } from "../core/records.ts";
import type { Verdict } from "../core/verdict.ts";
import { UpstreamBroken } from "./body.ts";
import { UpstreamTimeout } from "./upstream.ts";

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

/** What flows through a stream: its records, and how each is judged and passed on. */
export interface RecordStream {
  readonly upstream: IncomingMessage;
  /** The response's end-to-end fields, content coding included. */
  readonly headers: HeaderList;
  readonly format: RecordFormat;
  /** Longest record, in bytes. */
  readonly longest: number;
  /** Longest silence, in milliseconds. */
  readonly idle: number;
  /** Inspects one record; `first` is whether the header fields are to be inspected with it. */
  readonly inspect: (record: Uint8Array, headers: HeaderList, first: boolean) => Promise<Verdict>;
  /** Sends the head, once the first record's verdict is there. */
  readonly begin: (verdict: Verdict) => void;
}

/**
 * Inspects a stream record by record and passes each on at once, in order, with back-pressure both ways. Rejects with
 * `RecordBlocked`, `RecordTooLong`, `UpstreamBroken` or `UpstreamTimeout`; the caller then ends the connection so that
 * the stream does not look complete.
 */
export async function relayRecords(stream: RecordStream, response: ServerResponse): Promise<void> {
  const headers = withoutHeaders(stream.headers, "content-encoding", "content-length", "etag", "digest", "content-md5");
  const splitter = new RecordSplitter(stream.format, stream.longest);
  let first = true;
  const pass = async (record: Uint8Array): Promise<void> => {
    const verdict = await stream.inspect(record, headers, first);
    if (verdict.verdict === "blocked") throw new RecordBlocked(verdict);
    if (first) stream.begin(verdict);
    first = false;
    if (!response.write(verdict.body) && !response.destroyed) await once(response, "drain");
  };
  for await (const chunk of content(stream)) for (const record of splitter.push(chunk)) await pass(record);
  for (const record of splitter.end()) await pass(record);
  if (first) stream.begin(await stream.inspect(new Uint8Array(), headers, true));
  response.end();
}

/** The decoded bytes as they come. A coding in a stream of records has no end to measure a ratio at; the record limit bounds it. */
async function* content({ upstream, headers, idle }: RecordStream): AsyncGenerator<Uint8Array> {
  const coding = codingOf(headers);
  const decompressor = coding === undefined ? undefined : DECOMPRESSORS[coding]?.();
  const source: Readable = decompressor === undefined ? upstream : pipeline(upstream, decompressor, () => {});
  const timer = setTimeout(() => upstream.destroy(new UpstreamTimeout(`nothing came for ${idle} ms`)), idle);
  try {
    for await (const chunk of source) {
      timer.refresh();
      yield chunk;
    }
  } catch (error) {
    throw error instanceof UpstreamTimeout ? error : new UpstreamBroken("the stream broke off before its end");
  } finally {
    clearTimeout(timer);
    upstream.destroy();
  }
}
