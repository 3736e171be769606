import { Overloaded } from "../../src/bodies/admission.ts";
import { SpoolFailed } from "../../src/bodies/spool.ts";
import { IcapError } from "../protocol/icap-error.ts";
import { Adaptation, type Channel, commonFields, type Outcome } from "./adaptation.ts";
import { nextOf } from "./body.ts";
import { optionsReply } from "./options-reply.ts";
import type { IcapRequest } from "./request-parser.ts";
import { serviceOf } from "./routing.ts";
import type { IcapOptions } from "./settings.ts";
import { UndeliveredVerdicts } from "./undelivered.ts";

/** Answers requests, each under the configuration that it began with. */
export class ExchangeHandler {
  readonly #options: IcapOptions;
  readonly #undelivered = new UndeliveredVerdicts(() => performance.now());
  #inFlight = 0;

  constructor(options: IcapOptions) {
    this.#options = options;
  }

  /** Answers one request. Rejects with what its connection ends with: `IcapError`, `ClientTimeout`, `ClientGone`. */
  async handle(request: IcapRequest, channel: Channel): Promise<Outcome> {
    const snapshot = this.#options.snapshot();
    const service = serviceOf(request.uri, snapshot.vendors);
    if (request.method === "OPTIONS") {
      while ((await nextOf(channel.inbox)).kind !== "end");
      const fields = commonFields(snapshot, channel.closing());
      await channel.outbox.send(optionsReply(service.method, this.#options, fields));
      return { close: false, state: "whole" };
    }
    if (request.method !== service.method) throw new IcapError(405, `this service is for ${service.method}`);
    if (this.#inFlight >= this.#options.exchanges) throw new IcapError(503, "too many exchanges are in flight");
    this.#inFlight += 1;
    try {
      return await new Adaptation(request, channel, snapshot, service.vendor, this.#options, this.#undelivered).run();
    } catch (error) {
      if (error instanceof Overloaded) throw new IcapError(503, error.message);
      if (error instanceof SpoolFailed) {
        this.#options.onError(error);
        throw new IcapError(503, "there is no room for a large body");
      }
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }
}
