import { streamedFormat } from "../../src/bodies/record-relay.ts";
import type { Exchange } from "../../src/core/exchange.ts";
import { type HeaderField, headerValue, withoutHeaders } from "../../src/core/headers.ts";
import type { RecordFormat } from "../../src/core/records.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import { adaptedMessage, answerOf, type Asked } from "./answer.ts";
import { type BodyState, bodyBytes, nextOf, type Received, receiveBody, receivePreview } from "./body.ts";
import type { Inbox } from "./inbox.ts";
import { exchangeOf, type HttpMessage, messageOf } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { relayStream } from "./record-stream.ts";
import { adaptedHead } from "./reply.ts";
import type { IcapRequest } from "./request-parser.ts";
import { vendorOfUrl } from "./routing.ts";
import type { IcapOptions, IcapSnapshot, IcapVendor } from "./settings.ts";
import type { UndeliveredVerdicts } from "./undelivered.ts";
import { handBackUninspected } from "./uninspected.ts";
import { icapVerdictFields } from "./verdict-fields.ts";

/** The two ends of a connection while one request is handled. */
export interface Channel {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  /** Whether the connection ends after this answer. */
  readonly closing: () => boolean;
}

/** How a request ended: whether its connection has to end too, and where the client stands in its body. */
export interface Outcome {
  readonly close: boolean;
  readonly state: BodyState;
}

/** Fields of every answer. */
export function commonFields({ istag }: IcapSnapshot, closing: boolean): HeaderField[] {
  return [["ISTag", `"${istag}"`], ...(closing ? [["Connection", "close"] as const] : [])];
}

/** One REQMOD or RESPMOD. */
export class Adaptation {
  readonly #request: IcapRequest;
  readonly #channel: Channel;
  readonly #snapshot: IcapSnapshot;
  readonly #options: IcapOptions;
  readonly #undelivered: UndeliveredVerdicts;
  readonly #message: HttpMessage;
  readonly #vendor: IcapVendor | undefined;

  constructor(
    request: IcapRequest,
    channel: Channel,
    snapshot: IcapSnapshot,
    vendor: IcapVendor | undefined,
    options: IcapOptions,
    undelivered: UndeliveredVerdicts,
  ) {
    this.#request = request;
    this.#channel = channel;
    this.#snapshot = snapshot;
    this.#options = options;
    this.#undelivered = undelivered;
    this.#message = messageOf(request);
    this.#vendor = vendor ?? vendorOfUrl(this.#message.request.url, snapshot.vendors);
  }

  async run(): Promise<Outcome> {
    if (!this.#message.hasBody) {
      await nextOf(this.#channel.inbox);
      await this.#answer(new Uint8Array());
      return { close: false, state: "whole" };
    }
    const format = this.#streamed();
    return format === undefined ? await this.#whole() : await this.#records(format);
  }

  get #longest(): number {
    return (this.#vendor?.limits ?? this.#snapshot.limits).body;
  }

  /** The record format of content that may never end: of a response without a length that did not come whole in a preview. */
  #streamed(): RecordFormat | undefined {
    const { kind, fields, status } = this.#message;
    if (kind === "request" || status === 206 || headerValue(fields, "content-length") !== undefined) return undefined;
    return streamedFormat(fields);
  }

  async #whole(): Promise<Outcome> {
    const { inbox, outbox } = this.#channel;
    const { admission, spool } = this.#options;
    const received = await receiveBody(inbox, this.#longest, spool, () => outbox.proceed());
    const { body, state } = received;
    try {
      const entered = admission.enter(body.length);
      const leave = entered instanceof Promise ? await entered : entered;
      try {
        const bytes = body.bytes(this.#longest + 1);
        const answered = await this.#answer(bytes instanceof Promise ? await bytes : bytes, received);
        return { close: false, state: answered === "handed back" ? "whole" : state };
      } finally {
        leave();
      }
    } finally {
      if (body.spooled) await body.dispose();
    }
  }

  /** `received` where the body came otherwise than whole in one preview, or not at all. */
  async #answer(body: Uint8Array, received?: Received): Promise<"answered" | "handed back"> {
    const isCut = received !== undefined && received.state !== "whole";
    const verdict = await this.#verdict(exchangeOf(this.#message, this.#vendor?.name, body, isCut));
    const inPreview = this.#request.preview !== undefined && received?.continued !== true;
    if (await this.#send(verdict, body, inPreview)) return "answered";
    if (received === undefined) throw new Error("a whole message has an answer");
    const fields = this.#fields(verdict);
    await handBackUninspected(verdict, { message: this.#message, received, inPreview }, fields, this.#channel);
    return "handed back";
  }

  /** Fields of an ICAP head. */
  #fields(verdict: Verdict): HeaderField[] {
    return [...commonFields(this.#snapshot, this.#channel.closing()), ...icapVerdictFields(verdict)];
  }

  async #verdict(exchange: Exchange): Promise<Verdict> {
    const { inspector, istag } = this.#snapshot;
    const former = this.#undelivered.take(exchange, istag);
    if (former !== undefined) return former;
    const verdict = await inspector.inspect(exchange);
    if (this.#channel.inbox.ended) this.#undelivered.keep(exchange, istag, verdict);
    return verdict;
  }

  /** Sends the answer; false where it is the message as it came, and only its beginning is there. */
  async #send(verdict: Verdict, body: Uint8Array, inPreview: boolean): Promise<boolean> {
    const asked: Asked = {
      message: this.#message,
      body,
      longest: this.#longest,
      vendor: this.#vendor?.name,
      allow: this.#request.allow,
      inPreview,
    };
    const answer = answerOf(verdict, asked, this.#fields(verdict));
    if (answer !== undefined) await this.#channel.outbox.send(answer);
    return answer !== undefined;
  }

  /** Inspects and passes on record by record, so that a stream without end is not held back. */
  async #records(format: RecordFormat): Promise<Outcome> {
    const { inbox, outbox } = this.#channel;
    let preview: Buffer = Buffer.alloc(0);
    if (this.#request.preview !== undefined) {
      const { bytes, whole } = await receivePreview(inbox);
      if (whole) {
        await this.#answer(bytes);
        return { close: false, state: "whole" };
      }
      preview = bytes;
      outbox.proceed();
      inbox.continueBody();
    }
    const state = await relayStream({
      content: bodyBytes(inbox, preview),
      message: this.#message,
      format,
      longest: this.#longest,
      inspect: async (record, headers, defect) => {
        const exchange = exchangeOf(this.#message, this.#vendor?.name, record, true);
        return await this.#snapshot.inspector.inspect({
          ...exchange,
          headers,
          ...(defect === undefined ? {} : { defect }),
        });
      },
      begin: (verdict) => {
        const adapted = adaptedMessage(verdict, this.#message);
        void outbox.send([
          adaptedHead(200, this.#fields(verdict), {
            ...adapted,
            fields: withoutHeaders(adapted.fields, "content-length"),
          }),
        ]);
      },
      refuse: async (verdict) => void (await this.#send(verdict, new Uint8Array(), false)),
      outbox,
    });
    return { close: state === "sending", state };
  }
}
