import type { Socket } from "node:net";
import { malformed } from "../protocol/icap-error.ts";
import { type IcapReply, ReplyParser } from "./reply-parser.ts";

/** The connection ended before a whole answer came. `replyBegun`: whether any byte of one did. */
export class ConnectionEnded extends Error {
  readonly replyBegun: boolean;
  constructor(replyBegun: boolean) {
    super(replyBegun ? "the connection ended in the middle of an answer" : "the connection ended before an answer");
    this.replyBegun = replyBegun;
  }
}

/** A request as it goes out. */
export interface Outgoing {
  readonly head: Buffer;
  /** Sent at once; the rest after `100 Continue`. */
  readonly preview: readonly Buffer[];
  /** Undefined where the preview is everything. */
  readonly rest: readonly Buffer[] | undefined;
}

/** An answer, and whether it began before the request was all sent. */
export interface Answered {
  readonly reply: IcapReply;
  readonly early: boolean;
}

/** One connection to a service; one request at a time. */
export class ClientConnection {
  readonly #socket: Socket;
  readonly #parser: ReplyParser;
  #wake: () => void = () => {};
  #ended = false;
  #heard = false;
  #reusable = true;

  /** `longest`: bytes that an answer's body may have. */
  constructor(socket: Socket, longest: number) {
    this.#socket = socket;
    this.#parser = new ReplyParser(longest);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      this.#heard = true;
      this.#parser.push(chunk);
      this.#wake();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake();
    };
    socket
      .on("end", end)
      .on("close", end)
      .on("error", end)
      .on("drain", () => this.#wake());
  }

  /** Whether another request may go over it: nothing is left unread, and nobody has closed it. */
  get isReusable(): boolean {
    return this.#reusable && !this.#ended && this.#parser.isEmpty;
  }

  /** Waits for its next request for at most so many milliseconds, and does not keep the process alive for it. */
  rest(longest: number): void {
    this.#socket.unref();
    this.#socket.setTimeout(longest, () => this.close());
  }

  /** Ends the wait. */
  wake(): void {
    this.#socket.setTimeout(0);
    this.#socket.removeAllListeners("timeout");
    this.#socket.ref();
  }

  close(): void {
    this.#reusable = false;
    this.#socket.destroy();
  }

  /** Sends a request and gives the answer. Rejects with `IcapError` or `ConnectionEnded`, or where `signal` aborts. */
  async exchange(outgoing: Outgoing, signal: AbortSignal): Promise<Answered> {
    const abort = (): void => this.close();
    signal.addEventListener("abort", abort, { once: true });
    try {
      signal.throwIfAborted();
      return await this.#exchange(outgoing);
    } catch (error) {
      this.close();
      throw signal.aborted ? new Error("no answer came in time") : error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Writes and reads at the same time: a service may begin its answer before it has everything. */
  async #exchange({ head, preview, rest }: Outgoing): Promise<Answered> {
    this.#heard = false;
    let unsent: Buffer[] = [head, ...preview];
    let waiting = rest;
    let early = false;
    for (;;) {
      const next = this.#parser.next();
      if (next === "continue") {
        if (waiting === undefined || unsent.length > 0) throw malformed("100 Continue came where nothing waits for it");
        unsent = [...waiting];
        waiting = undefined;
        early = false;
        this.#heard = !this.#parser.isEmpty;
        continue;
      }
      const isAllSent = unsent.length === 0 && waiting === undefined;
      if (this.#heard && !isAllSent) early = true;
      if (next !== undefined) {
        // In the middle of a body, and after an error, nobody knows what the other side takes for the next request.
        const isFinal = unsent.length === 0 && [200, 204, 206].includes(next.status);
        if (next.close || !isFinal || !this.#parser.isEmpty) this.close();
        return { reply: next, early };
      }
      const piece = this.#socket.writableNeedDrain ? undefined : unsent.shift();
      if (piece !== undefined && !this.#ended) this.#socket.write(piece);
      else if (this.#ended) throw new ConnectionEnded(this.#heard);
      else await this.#event();
    }
  }

  async #event(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = () => {};
  }
}
