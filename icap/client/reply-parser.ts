import { type HeaderList, headerValue, headerValues } from "../../src/core/headers.ts";
import { ByteQueue } from "../protocol/byte-queue.ts";
import { ChunkedBody } from "../protocol/chunked-body.ts";
import { parseEncapsulated } from "../protocol/encapsulated.ts";
import { type Head, HeadReader, parseHead } from "../protocol/head.ts";
import { malformed } from "../protocol/icap-error.ts";
import { CHUNKS, HTTP_HEAD, ICAP_HEAD, LONGEST_HEAD } from "../protocol/limits.ts";

/** A whole answer of an ICAP service. */
export interface IcapReply {
  readonly status: number;
  readonly fields: HeaderList;
  /** The HTTP head that it encapsulates: a response's, or a request's. */
  readonly http: Head | undefined;
  readonly isResponse: boolean;
  /** Undefined where it encapsulates no body. */
  readonly body: Buffer | undefined;
  /** From which byte of the original the body goes on. */
  readonly original: number | undefined;
  /** The service closes the connection. */
  readonly close: boolean;
}

/** Reads answers as their bytes come. `next` throws `IcapError` and cannot go on after that. */
export class ReplyParser {
  readonly #queue = new ByteQueue();
  readonly #head = new HeadReader(ICAP_HEAD, "unfold");
  readonly #longest: number;
  #begun: Omit<IcapReply, "body" | "original"> | undefined;
  #pending: Head | undefined;
  #body = new ChunkedBody(CHUNKS);
  #chunks: Buffer[] = [];
  #length = 0;

  /** `longest`: bytes that an answer's body may have. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  push(chunk: Buffer): void {
    this.#queue.push(chunk);
  }

  /** Whether nothing is left unread. */
  get isEmpty(): boolean {
    return this.#queue.length === 0 && !this.#head.begun && this.#pending === undefined && this.#begun === undefined;
  }

  /** `100 Continue`, a whole answer, or undefined while it is not all there. */
  next(): "continue" | IcapReply | undefined {
    if (this.#begun !== undefined) return this.#content(this.#begun);
    const head = this.#pending ?? this.#head.next(this.#queue);
    if (head === undefined) return undefined;
    this.#pending = head;
    const status = Number(/^ICAP\/1\.\d (\d{3})(?: |$)/.exec(head.start)?.[1]);
    if (Number.isNaN(status)) throw malformed("the answer has no status line of ICAP/1.0");
    const encapsulated = headerValue(head.fields, "encapsulated");
    if (status === 100) {
      this.#pending = undefined;
      return "continue";
    }
    const close = headerValues(head.fields, "connection").some((value) => value.toLowerCase().includes("close"));
    const base = { status, fields: head.fields, close };
    if (encapsulated === undefined || (status !== 200 && status !== 206)) {
      // What stands after an error is of no interest, and the connection ends with it.
      this.#pending = undefined;
      return { ...base, http: undefined, isResponse: true, body: undefined, original: undefined };
    }
    const { heads, body } = parseEncapsulated(encapsulated, LONGEST_HEAD);
    const bytes = this.#queue.take(heads.reduce((sum, { length }) => sum + length, 0));
    if (bytes === undefined) return undefined;
    this.#pending = undefined;
    const last = heads.at(-1);
    const http = last === undefined ? undefined : parseHead(bytes.subarray(bytes.length - last.length), HTTP_HEAD);
    const begun = { ...base, http, isResponse: last?.section !== "req-hdr" };
    if (body === "null-body") return { ...begun, body: undefined, original: undefined };
    this.#begun = begun;
    return this.#content(begun);
  }

  #content(begun: Omit<IcapReply, "body" | "original">): IcapReply | undefined {
    for (;;) {
      const event = this.#body.next(this.#queue);
      if (event === undefined) return undefined;
      if (event.kind === "data") {
        this.#length += event.bytes.length;
        if (this.#length > this.#longest) throw malformed(`the answer's body is longer than ${this.#longest} bytes`);
        this.#chunks.push(event.bytes);
        continue;
      }
      const body = Buffer.concat(this.#chunks);
      this.#begun = undefined;
      this.#chunks = [];
      this.#length = 0;
      return { ...begun, body, original: event.original };
    }
  }
}
