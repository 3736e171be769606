/** Formats that carry one self-contained record after another and may never end. */
export type RecordFormat = "sse" | "ndjson" | "json-seq";

const FORMATS: Readonly<Record<string, RecordFormat>> = {
  "text/event-stream": "sse",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/x-jsonlines": "ndjson",
  "application/jsonlines": "ndjson",
  "application/stream+json": "ndjson",
  "application/json-seq": "json-seq",
  "application/geo+json-seq": "json-seq",
};

/** The record format of a media type (lower case, without parameters), or undefined. */
export function recordFormatOf(mediaType: string): RecordFormat | undefined {
  return FORMATS[mediaType];
}

const LF = 0x0a;
const CR = 0x0d;
const RS = 0x1e;

/** What a stream was cut into. */
export interface StreamPiece {
  /** A whole record, the beginning of one that is longer than allowed, or more of that one. */
  readonly kind: "record" | "beginning" | "rest";
  readonly bytes: Uint8Array;
}

/**
 * Cuts a byte stream into records, however it is chunked. The pieces put together are exactly the input:
 * delimiters stay with the record that they end (SSE: blank line; NDJSON: line feed) or begin (JSON text sequences, RFC 7464: RS).
 */
export class RecordSplitter {
  readonly #format: RecordFormat;
  readonly #longest: number;
  #pending: Uint8Array[] = [];
  #pendingLength = 0;
  /** Last bytes seen within the current record: enough to know a blank line when it is split over chunks. */
  #lineEmpty = true;
  #lastWasCR = false;
  /** The beginning of the record in hand was given out already. */
  #hasBegun = false;
  /** SSE: a blank line ended by CR was seen; its LF, if it comes, still belongs to the record. */
  #endAfterLF = false;

  /** `longest`: bytes that one record may have; of one with more than that, its beginning comes as soon as there is more. */
  constructor(format: RecordFormat, longest: number) {
    this.#format = format;
    this.#longest = longest;
  }

  /** The records that this chunk completes, and what it has of one that is longer than allowed. */
  push(chunk: Uint8Array): StreamPiece[] {
    const pieces: StreamPiece[] = [];
    let start = 0;
    const cut = (end: number): void => {
      this.#keep(chunk.subarray(start, end));
      if (this.#pendingLength > 0) pieces.push(this.#take());
      this.#hasBegun = false;
      start = end;
    };
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (this.#format === "ndjson") {
        if (byte === LF) cut(i + 1);
      } else if (this.#format === "json-seq") {
        if (byte === RS) cut(i);
      } else {
        this.#event(byte, i, cut);
      }
    }
    this.#keep(chunk.subarray(start));
    if (this.#pendingLength > (this.#hasBegun ? 0 : this.#longest)) {
      const { bytes } = this.#take();
      pieces.push({ kind: this.#hasBegun ? "rest" : "beginning", bytes });
      this.#hasBegun = true;
    }
    return pieces;
  }

  /** What is left when the stream ends: an unfinished last record, or nothing. */
  end(): StreamPiece[] {
    return this.#pendingLength > 0 ? [this.#take()] : [];
  }

  #event(byte: number | undefined, i: number, cut: (end: number) => void): void {
    if (this.#endAfterLF) {
      this.#endAfterLF = false;
      this.#lastWasCR = false;
      if (byte === LF) {
        cut(i + 1);
        this.#lineEmpty = true;
        return;
      }
      cut(i);
      this.#lineEmpty = true;
    }
    if (byte === LF && this.#lastWasCR) {
      this.#lastWasCR = false;
      return;
    }
    this.#lastWasCR = byte === CR;
    if (byte !== LF && byte !== CR) {
      this.#lineEmpty = false;
    } else if (!this.#lineEmpty) {
      this.#lineEmpty = true;
    } else if (byte === LF) {
      cut(i + 1);
    } else {
      this.#endAfterLF = true;
    }
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pendingLength += bytes.length;
    this.#pending.push(bytes);
  }

  #take(): StreamPiece {
    const [only] = this.#pending;
    const bytes = this.#pending.length === 1 && only !== undefined ? only : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingLength = 0;
    return { kind: this.#hasBegun ? "rest" : "record", bytes };
  }
}
