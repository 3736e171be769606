import { RecordBlocked, relayRecords } from "../../src/bodies/record-relay.ts";
import type { Defect } from "../../src/core/exchange.ts";
import type { HeaderList } from "../../src/core/headers.ts";
import type { RecordFormat } from "../../src/core/records.ts";
import type { Verdict } from "../../src/core/verdict.ts";
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
  let begun = false;
  try {
    await relayRecords({
      content: stream.content,
      headers: message.fields,
      format,
      longest,
      inspect: async (body, headers, defect) => await inspect({ body, headers }, defect),
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
    if (!(error instanceof RecordBlocked)) throw error;
    await stream.refuse(error.verdict);
    return "sending";
  }
}
