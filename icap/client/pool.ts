import type { ClientConnection } from "./connection.ts";

/** Milliseconds after which an idle connection is closed. */
const IDLE = 30_000;

/** A connection that was taken from the pool, and whether it had been used before. */
export interface Lease {
  readonly connection: ClientConnection;
  readonly reused: boolean;
}

/** Connections to one service: at most so many at a time, the others wait in line. */
export class ConnectionPool {
  readonly #connect: (signal: AbortSignal) => Promise<ClientConnection>;
  readonly #line: (() => void)[] = [];
  #idle: ClientConnection[] = [];
  #open = 0;
  #most: number;

  /** `most`: connections at one time. */
  constructor(connect: (signal: AbortSignal) => Promise<ClientConnection>, most: number) {
    this.#connect = connect;
    this.#most = most;
  }

  /** Keeps to what the service allows (`Max-Connections`). */
  limit(most: number): void {
    this.#most = Math.max(1, most);
  }

  /** An idle connection or a new one. Rejects where none can be made, or `signal` aborts. */
  async take(signal: AbortSignal, fresh = false): Promise<Lease> {
    while (this.#open >= this.#most) await this.#turn(signal);
    this.#open += 1;
    const idle = fresh ? undefined : this.#takeIdle();
    if (idle !== undefined) return { connection: idle, reused: true };
    try {
      return { connection: await this.#connect(signal), reused: false };
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Gives a connection back; one that cannot be used again is closed. */
  give({ connection }: Lease): void {
    if (connection.isReusable) {
      connection.rest(IDLE);
      this.#idle.push(connection);
    } else connection.close();
    this.#release();
  }

  /** Ends idle connections. */
  close(): void {
    for (const connection of this.#idle) connection.close();
    this.#idle = [];
  }

  /** The connection that was used last of those that can be used again. */
  #takeIdle(): ClientConnection | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      idle.wake();
      if (idle.isReusable) return idle;
      idle.close();
    }
    return undefined;
  }

  #release(): void {
    this.#open -= 1;
    this.#line.shift()?.();
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const abort = (): void => {
        this.#line.splice(this.#line.indexOf(enter), 1);
        reject(new Error("no connection was free in time"));
      };
      this.#line.push(enter);
      signal.addEventListener("abort", abort, { once: true });
    });
  }
}
