import { Readable } from "node:stream";
import { decodedStream, RecordBlocked, relayRecords } from "../../src/bodies/record-relay.ts";
import type { Defect } from "../../src/core/exchange.ts";
import type { HeaderList } from "../../src/core/headers.ts";
import type { RecordFormat } from "../../src/core/records.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import { IcapError } from "../protocol/icap-error.ts";
import { ClientGone } from "./body.ts";
import { ClientTimeout } from "./inbox.ts";
import type { HttpMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { chunks, lastChunk } from "./reply.ts";

/** A stream that ends before its time: the connection ends without a last chunk, so that nobody takes it for whole. */
export class StreamEnded extends Error {
  constructor() {
    super("the stream ended before its time");
  }
}

/** A response whose records are inspected as they flow. */
export interface RecordStream {
  /** The body as it comes. */
  readonly content: AsyncIterable<Buffer>;
  readonly message: HttpMessage;
  readonly format: RecordFormat;
  /** Longest record, in bytes. */
  readonly longest: number;
  readonly inspect: (
    record: { readonly body: Uint8Array; readonly headers: HeaderList },
    defect?: Defect,
  ) => Promise<Verdict>;
  /** Sends the head, once the first record's verdict is there. */
  readonly begin: (verdict: Verdict) => void;
  /** Answers in place of the stream where its first record is blocked. */
  readonly refuse: (verdict: Verdict) => Promise<void>;
  readonly outbox: Outbox;
}

/**
 * Passes records on one by one. Gives where the client stands in its body. Rejects with what the content rejects with, or
 * with `StreamEnded` where records had been passed on already.
 */
export async function relayStream(stream: RecordStream): Promise<"whole" | "sending"> {
  const { message, format, longest, inspect, outbox } = stream;
  const source = Readable.from(stream.content, { objectMode: false });
  // What it fails with after nobody reads it any more is of no interest.
  source.on("error", () => {});
  let begun = false;
  try {
    await relayRecords({
      content: decodedStream(source, message.fields),
      headers: message.fields,
      format,
      longest,
      inspect: async (body, headers) => await inspect({ body, headers }),
      begin: (verdict) => {
        begun = true;
        stream.begin(verdict);
      },
      write: (record) => outbox.send(chunks(record)),
    });
    await outbox.send([lastChunk()]);
    return "whole";
  } catch (error) {
    if (begun) throw new StreamEnded();
    if (isOfClient(error)) throw error;
    const verdict =
      error instanceof RecordBlocked
        ? error.verdict
        : await inspect({ body: new Uint8Array(), headers: message.fields }, defectOf(error));
    if (verdict.verdict !== "blocked") throw error;
    await stream.refuse(verdict);
    return "sending";
  }
}

function isOfClient(error: unknown): boolean {
  return error instanceof IcapError || error instanceof ClientGone || error instanceof ClientTimeout;
}

function defectOf(error: unknown): Defect {
  const message = error instanceof Error ? error.message : String(error);
  return { category: "encoding", rule: "lazaret/encoding", message: `the stream cannot be decoded: ${message}` };
}
