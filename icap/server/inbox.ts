import type { Socket } from "node:net";
import { type RequestEvent, RequestParser } from "./request-parser.ts";
import type { Conformance, IcapTimeouts } from "./settings.ts";

/** A client that did not send in time. `isIdle`: between requests, where that is no mistake. */
export class ClientTimeout extends Error {
  readonly isIdle: boolean;
  constructor(isIdle: boolean) {
    super("nothing came in time");
    this.isIdle = isIdle;
  }
}

/** Bytes that may wait unread before the socket is paused. */
const MOST_UNREAD = 65_536;
/** Milliseconds for which the last line of a body is waited for, where clients may leave it out. */
const LAST_LINE = 200;

/** What a client sends, as events, with a deadline for each. */
export class Inbox {
  readonly #socket: Socket;
  readonly #parser: RequestParser;
  readonly #timeouts: IcapTimeouts;
  readonly #isLenient: boolean;
  #ended = false;
  #wake: (() => void) | undefined;
  /** When the request in hand has to be all there; performance clock. */
  #deadline = 0;

  constructor(socket: Socket, timeouts: IcapTimeouts, conformance: Conformance) {
    this.#socket = socket;
    this.#timeouts = timeouts;
    this.#parser = new RequestParser(conformance === "strict");
    this.#isLenient = conformance === "lenient";
    socket.on("data", (chunk: Buffer) => {
      this.#parser.push(chunk);
      if (this.#wake !== undefined) this.#wake();
      else if (this.#parser.unread > MOST_UNREAD) socket.pause();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.on("end", end);
    socket.on("close", end);
  }

  /** Whether the client sends nothing more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether nothing of a next request has come. */
  get isIdle(): boolean {
    return this.#parser.isIdle;
  }

  /** The next event of a request that has begun, or undefined where the client ended before it. Rejects with `IcapError` or `ClientTimeout`. */
  next(): RequestEvent | Promise<RequestEvent | undefined> {
    return this.#parser.next() ?? this.#later();
  }

  async #later(): Promise<RequestEvent | undefined> {
    while (!this.#ended) {
      if (this.#isLenient && this.#parser.lacksLastLine) {
        if (!(await this.#comes(LAST_LINE))) return this.#parser.endBody();
      } else await this.#more(Math.min(this.#timeouts.body, this.#deadline - performance.now()));
      const event = this.#parser.next();
      if (event !== undefined) return event;
    }
    return undefined;
  }

  /** The next request's head, or undefined where the client ended. Rejects with `IcapError` or `ClientTimeout`. */
  async nextRequest(): Promise<RequestEvent | undefined> {
    let until: number | undefined;
    for (;;) {
      const event = this.#parser.next();
      if (event !== undefined) {
        this.#deadline = performance.now() + this.#timeouts.exchange;
        return event;
      }
      if (this.#ended) return undefined;
      if (this.#parser.isIdle) await this.#more(this.#timeouts.idle);
      else await this.#more((until ??= performance.now() + this.#timeouts.head) - performance.now());
    }
  }

  /** After a preview: the rest of the body follows. */
  continueBody(): void {
    this.#parser.continueBody();
  }

  /** After a preview: the next request follows. */
  skipBody(): void {
    this.#parser.skipBody();
  }

  async #more(wait: number): Promise<void> {
    if (!(await this.#comes(wait))) throw new ClientTimeout(this.#parser.isIdle);
  }

  /** Whether something came, or the client ended, within so many milliseconds. */
  async #comes(wait: number): Promise<boolean> {
    const unread = this.#parser.unread;
    this.#socket.resume();
    let late = false;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(
        () => {
          late = true;
          resolve();
        },
        Math.max(0, wait),
      );
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
    return !late || this.#parser.unread !== unread;
  }
}
