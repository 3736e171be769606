import type { Socket } from "node:net";
import { CONTINUE } from "./reply.ts";

/** What a client is sent, with back-pressure and a deadline for taking it in. */
export class Outbox {
  readonly #socket: Socket;
  readonly #patience: number;

  /** `patience`: milliseconds in which a client has to take in some of what was written. */
  constructor(socket: Socket, patience: number) {
    this.#socket = socket;
    this.#patience = patience;
  }

  /** Has the client send the rest of its body. */
  proceed(): void {
    this.#socket.write(CONTINUE);
  }

  /** Sends pieces together; gives what has to be waited for before more is sent. */
  send(pieces: readonly Buffer[]): Promise<void> | undefined {
    if (this.#socket.destroyed) return undefined;
    const total = pieces.reduce((sum, { length }) => sum + length, 0);
    if (total <= TOGETHER) this.#socket.write(pieces.length === 1 ? (pieces[0] ?? "") : Buffer.concat(pieces, total));
    else {
      this.#socket.cork();
      for (const piece of pieces) this.#socket.write(piece);
      this.#socket.uncork();
    }
    return this.#socket.writableNeedDrain ? this.#drained() : undefined;
  }

  /** Waits as long as the client takes in something now and then. */
  async #drained(): Promise<void> {
    const socket = this.#socket;
    const late = (): void => void socket.destroy();
    socket.setTimeout(this.#patience, late);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off("drain", done);
        socket.off("close", done);
        resolve();
      };
      socket.on("drain", done);
      socket.on("close", done);
    });
    socket.setTimeout(0);
    socket.off("timeout", late);
  }
}

/** Bytes up to which an answer goes out in one write: some clients take what one read gives them for all of it. */
const TOGETHER = 65_536;
