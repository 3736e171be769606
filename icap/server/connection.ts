import type { Socket } from "node:net";
import { IcapError } from "../protocol/icap-error.ts";
import { ClientGone, nextOf } from "./body.ts";
import type { Outcome } from "./adaptation.ts";
import type { ExchangeHandler } from "./handler.ts";
import { ClientTimeout, Inbox } from "./inbox.ts";
import { Outbox } from "./outbox.ts";
import { StreamEnded } from "./record-stream.ts";
import { bareReply } from "./reply.ts";
import type { IcapOptions } from "./settings.ts";

/** Bytes of a body that are still read after its final answer, so that the connection can go on. */
const MOST_DISCARDED = 2 ** 20;
/** Milliseconds for which a connection that ends still reads, so that its last answer is not lost with it. */
const LINGER = 1000;

/** One client's connection: its requests in order, one after the other. */
export class Connection {
  readonly #socket: Socket;
  readonly #options: IcapOptions;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #handler: ExchangeHandler;
  #draining = false;
  #busy = false;

  constructor(socket: Socket, handler: ExchangeHandler, options: IcapOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#handler = handler;
    this.#inbox = new Inbox(socket, options.timeouts, options.conformance);
    this.#outbox = new Outbox(socket, options.timeouts.body);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
  }

  /** Serves the connection until it ends. Never rejects. */
  async serve(): Promise<void> {
    try {
      while (await this.#serveOne());
    } catch (error) {
      if (error instanceof ClientGone || error instanceof StreamEnded) this.#socket.destroy();
      else if (error instanceof ClientTimeout && error.isIdle) this.#socket.destroy();
      else await this.#refuse(error);
    }
  }

  /** Ends the connection: at once where nothing is in flight, else after the answer that is being made. */
  drain(): void {
    this.#draining = true;
    if (!this.#busy && this.#inbox.isIdle) this.#socket.destroy();
  }

  /** Whether the connection goes on after this request. */
  async #serveOne(): Promise<boolean> {
    const event = await this.#inbox.nextRequest();
    if (event?.kind !== "request") {
      this.#socket.end();
      return false;
    }
    this.#busy = true;
    const { request } = event;
    const closing = (): boolean => request.close || this.#draining || this.#inbox.ended;
    const outcome = await this.#handler.handle(request, { inbox: this.#inbox, outbox: this.#outbox, closing });
    this.#busy = false;
    if (outcome.close || closing()) {
      await this.#end();
      return false;
    }
    return await this.#finishBody(outcome.state);
  }

  /** Reads what a client still sends of a body after its answer, within bounds; false where it sends too much. */
  async #finishBody(state: Outcome["state"]): Promise<boolean> {
    if (state === "preview") this.#inbox.skipBody();
    if (state !== "sending") return true;
    let discarded = 0;
    for (;;) {
      const event = await nextOf(this.#inbox);
      if (event.kind === "end") return true;
      if (event.kind === "preview-end") {
        this.#inbox.skipBody();
        return true;
      }
      discarded += event.bytes.length;
      if (discarded > MOST_DISCARDED) break;
    }
    await this.#end();
    return false;
  }

  async #refuse(error: unknown): Promise<void> {
    const status = error instanceof IcapError ? error.status : error instanceof ClientTimeout ? 408 : 500;
    if (status === 500) this.#options.onError(error);
    const { istag } = this.#options.snapshot();
    const description = error instanceof IcapError ? [["X-Response-Desc", error.message] as const] : [];
    void this.#outbox.send(bareReply(status, [["ISTag", `"${istag}"`], ["Connection", "close"], ...description]));
    await this.#end();
  }

  /** Closes after what was written has gone out; what still comes is not read as a request. */
  async #end(): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed) return;
    socket.removeAllListeners("data");
    socket.resume();
    socket.end();
    if (!this.#inbox.ended) {
      const timer = setTimeout(() => socket.destroy(), LINGER);
      await new Promise<void>((resolve) => {
        socket.once("end", resolve);
        socket.once("close", resolve);
      });
      clearTimeout(timer);
    }
    socket.destroySoon();
  }
}
