import type { Defect } from "../core/exchange.ts";
import { headerValue, type HeaderList, withoutHeaders } from "../core/headers.ts";
import { type RecordFormat, recordFormatOf, RecordSplitter, type StreamPiece } from "../core/records.ts";
import type { Verdict } from "../core/verdict.ts";
import { CodedStream, isDecodable, UndecodableStream } from "./coded-stream.ts";

/** A record that was blocked: the stream ends there. */
export class RecordBlocked extends Error {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super("a record of the stream was blocked");
    this.verdict = verdict;
  }
}

/** The record format of a response that is inspected as it flows; undefined for one that is read whole, unknown codings among them. */
export function streamedFormat(headers: HeaderList): RecordFormat | undefined {
  const type = headerValue(headers, "content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  return isDecodable(headers) ? recordFormatOf(type) : undefined;
}

/** What flows through a stream: its records, and how each is judged and passed on. */
export interface RecordRelay {
  /** The bytes as they come. */
  readonly content: AsyncIterable<Uint8Array>;
  /** The response's end-to-end fields, content coding included. */
  readonly headers: HeaderList;
  readonly format: RecordFormat;
  /** Longest record, in bytes. */
  readonly longest: number;
  /** Inspects one record, or, with a `defect`, what cannot be cut into records. */
  readonly inspect: (record: Uint8Array, headers: HeaderList, defect?: Defect) => Promise<Verdict>;
  /** Sends the head, once the first record's verdict is there. */
  readonly begin: (verdict: Verdict) => void;
  /** Sends a record; gives what has to be waited for before the next. */
  readonly write: (record: Uint8Array) => Promise<unknown> | undefined;
}

/**
 * Inspects a stream record by record and passes each on at once, in order, with back-pressure. Of a record that is longer
 * than allowed the beginning is inspected, and what follows it passes where policy lets that through as it is; so does a stream
 * that cannot be decoded, as it came. Rejects with `RecordBlocked`, `UndecodableStream` after records were passed on, or what
 * the content rejects with; the caller then ends the connection so that the stream does not look complete.
 */
export async function relayRecords(relay: RecordRelay): Promise<void> {
  const headers = withoutHeaders(relay.headers, "content-encoding", "content-length", "etag", "digest", "content-md5");
  const splitter = new RecordSplitter(relay.format, relay.longest);
  const stream = new CodedStream(relay.content, relay.headers, relay.longest);
  let first = true;
  const pass = async ({ kind, bytes: record }: StreamPiece): Promise<void> => {
    if (kind === "rest") {
      await relay.write(record);
      return;
    }
    const fields = first ? headers : headers.filter(([name]) => name.toLowerCase() === "content-type");
    const verdict = await relay.inspect(record, fields);
    const isKept = verdict.verdict === "pass" || (verdict.verdict === "sanitized" && kind === "record");
    if (!isKept) throw new RecordBlocked({ ...verdict, verdict: "blocked" });
    if (first) relay.begin(verdict);
    first = false;
    stream.begin();
    await relay.write(verdict.body);
  };
  try {
    for await (const chunk of stream.decoded()) for (const piece of splitter.push(chunk)) await pass(piece);
    for (const piece of splitter.end()) await pass(piece);
    if (first) relay.begin(await relay.inspect(new Uint8Array(), headers));
  } catch (error) {
    if (!first || !(error instanceof UndecodableStream)) throw error;
    await passAsItCame(relay, stream, error);
  }
}

async function passAsItCame(relay: RecordRelay, stream: CodedStream, { message }: UndecodableStream): Promise<void> {
  const verdict = await relay.inspect(new Uint8Array(), relay.headers, {
    category: "encoding",
    rule: "lazaret/coding/broken",
    message: `the stream cannot be decoded: ${message}`,
  });
  const content = stream.asItCame();
  if (verdict.verdict === "blocked" || content === undefined)
    throw new RecordBlocked({ ...verdict, verdict: "blocked" });
  relay.begin(verdict);
  for await (const chunk of content) await relay.write(chunk);
}
