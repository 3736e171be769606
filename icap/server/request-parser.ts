import { type HeaderList, headerValue, headerValues } from "../../src/core/headers.ts";
import { ByteQueue } from "../protocol/byte-queue.ts";
import { ChunkedBody } from "../protocol/chunked-body.ts";
import type { BodySection, Encapsulated } from "../protocol/encapsulated.ts";
import { type Head, HeadReader, parseHead } from "../protocol/head.ts";
import { malformed } from "../protocol/icap-error.ts";
import { CHUNKS, HTTP_HEAD, ICAP_HEAD } from "../protocol/limits.ts";
import { type Method, readEncapsulated, readPreview, readRequestLine } from "./request-head.ts";

/** A request's head with the HTTP heads that it encapsulates. */
export interface IcapRequest {
  readonly method: Method;
  /** As it stands in the request line. */
  readonly uri: string;
  readonly fields: HeaderList;
  /** Tokens of every `Allow`: `204`, `206`, `trailers`. */
  readonly allow: ReadonlySet<string>;
  /** Bytes that come before the client waits; undefined where it sends everything at once. */
  readonly preview: number | undefined;
  /** The client wants the connection closed after the answer. */
  readonly close: boolean;
  readonly requestHead: Head | undefined;
  readonly responseHead: Head | undefined;
  readonly body: BodySection;
}

export type RequestEvent =
  | { readonly kind: "request"; readonly request: IcapRequest }
  | { readonly kind: "data"; readonly bytes: Buffer }
  /** The preview is over and there is more: the client waits for `100 Continue` or the final answer. */
  | { readonly kind: "preview-end" }
  | { readonly kind: "end" };

/** Empty lines that may stand before a request. */
const EMPTY_LINES = 2;

type State =
  | { readonly name: "head" }
  | { readonly name: "encapsulated"; readonly head: Head; readonly method: Method; readonly encapsulated: Encapsulated }
  | { readonly name: "body"; readonly preview: number | undefined }
  | { readonly name: "waiting" }
  | { readonly name: "end" };

/**
 * Reads ICAP requests as their bytes come, however these are cut. Framing is held to the letter, since what another
 * parser reads differently could hide content from the inspection; `next` throws `IcapError` and cannot go on after that.
 */
export class RequestParser {
  readonly #queue = new ByteQueue();
  readonly #head = new HeadReader(ICAP_HEAD, "refuse");
  readonly #needsHost: boolean;
  #state: State = { name: "head" };
  #body = new ChunkedBody(CHUNKS);
  #emptyLines = 0;
  #previewed = 0;
  #continued = false;

  /** `needsHost`: whether a request without `Host` is refused. */
  constructor(needsHost = false) {
    this.#needsHost = needsHost;
  }

  push(chunk: Buffer): void {
    this.#queue.push(chunk);
  }

  /** Bytes that have come and were not read yet. */
  get unread(): number {
    return this.#queue.length;
  }

  /** Whether nothing of a next request has come. */
  get isIdle(): boolean {
    return this.#state.name === "head" && this.#queue.length === 0 && !this.#head.begun;
  }

  /** Whether of a body after `100 Continue` only the CRLF behind its last chunk has not come. */
  get lacksLastLine(): boolean {
    return this.#state.name === "body" && this.#continued && this.#body.lacksLastLine && this.#queue.length === 0;
  }

  /** Where `lacksLastLine`: takes the body for whole. */
  endBody(): RequestEvent {
    this.#state = { name: "head" };
    return { kind: "end" };
  }

  /** The next event, or undefined while its bytes are not all there. Throws `IcapError`. */
  next(): RequestEvent | undefined {
    const state = this.#state;
    switch (state.name) {
      case "head":
        return this.#requestHead();
      case "encapsulated":
        return this.#encapsulated(state.head, state.method, state.encapsulated);
      case "body":
        return this.#content(state.preview);
      case "end":
        this.#state = { name: "head" };
        return { kind: "end" };
      case "waiting":
        return undefined;
      default:
        return state satisfies never;
    }
  }

  /** After `preview-end`: the rest of the body follows, since `100 Continue` was sent. */
  continueBody(): void {
    this.#body = new ChunkedBody(CHUNKS);
    this.#continued = true;
    this.#state = { name: "body", preview: undefined };
  }

  /** After `preview-end`: the next request follows, since the final answer was sent. */
  skipBody(): void {
    this.#state = { name: "head" };
  }

  #requestHead(): RequestEvent | undefined {
    while (!this.#head.begun && this.#emptyLines < EMPTY_LINES && this.#queue.takeEmptyLine()) this.#emptyLines += 1;
    const head = this.#head.next(this.#queue);
    if (head === undefined) return undefined;
    this.#emptyLines = 0;
    const method = readRequestLine(head.start).method;
    if (this.#needsHost && headerValue(head.fields, "host") === undefined) throw malformed("the Host field is missing");
    const encapsulated = readEncapsulated(head.fields, method);
    this.#state = { name: "encapsulated", head, method, encapsulated };
    return this.#encapsulated(head, method, encapsulated);
  }

  #encapsulated(head: Head, method: Method, encapsulated: Encapsulated): RequestEvent | undefined {
    const length = encapsulated.heads.reduce((sum, one) => sum + one.length, 0);
    const bytes = this.#queue.take(length);
    if (bytes === undefined) return undefined;
    let at = 0;
    const heads = new Map(
      encapsulated.heads.map((one) => [one.section, parseHead(bytes.subarray(at, (at += one.length)), HTTP_HEAD)]),
    );
    const { fields } = head;
    const request: IcapRequest = {
      method,
      uri: readRequestLine(head.start).uri,
      fields,
      allow: new Set(headerValues(fields, "allow").flatMap((value) => value.split(",").map((one) => one.trim()))),
      preview: method === "OPTIONS" || encapsulated.body === "null-body" ? undefined : readPreview(fields),
      close: headerValues(fields, "connection").some((value) => /(?:^|,)\s*close\s*(?:,|$)/i.test(value)),
      requestHead: heads.get("req-hdr"),
      responseHead: heads.get("res-hdr"),
      body: encapsulated.body,
    };
    this.#body = new ChunkedBody(CHUNKS);
    this.#previewed = 0;
    this.#continued = false;
    this.#state = request.body === "null-body" ? { name: "end" } : { name: "body", preview: request.preview };
    return { kind: "request", request };
  }

  #content(preview: number | undefined): RequestEvent | undefined {
    const event = this.#body.next(this.#queue);
    if (event === undefined) return undefined;
    if (event.kind === "data") {
      this.#previewed += event.bytes.length;
      if (preview !== undefined && this.#previewed > preview) throw malformed("the preview is longer than announced");
      return event;
    }
    if (event.ieof && preview === undefined) throw malformed("ieof stands outside a preview");
    if (preview === undefined || event.ieof) {
      this.#state = { name: "head" };
      return { kind: "end" };
    }
    this.#state = { name: "waiting" };
    return { kind: "preview-end" };
  }
}
