import { RecordBlocked, type RecordRelay, relayRecords } from "../../src/bodies/record-relay.ts";
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
export interface RecordStream extends Omit<RecordRelay, "headers" | "write"> {
  readonly message: HttpMessage;
  /** Answers in place of the stream where its first record is blocked. */
  readonly refuse: (verdict: Verdict) => Promise<void>;
  readonly outbox: Outbox;
}

/**
 * Passes records on one by one. Gives where the client stands in its body. Rejects with what the content rejects with, or
 * with `StreamEnded` where records had been passed on already.
 */
export async function relayStream(stream: RecordStream): Promise<"whole" | "sending"> {
  const { message, outbox } = stream;
  let begun = false;
  try {
    await relayRecords({
      ...stream,
      headers: message.fields,
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
