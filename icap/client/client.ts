import { connectTo } from "./connect.ts";
import { type Answered, ClientConnection, ConnectionEnded, type Outgoing } from "./connection.ts";
import { classify, type ScannerVerdict } from "./classify.ts";
import { optionsRequest, scanRequest } from "./outgoing.ts";
import { ConnectionPool } from "./pool.ts";
import { readOptions, type ServiceOptions, tagOf } from "./service-options.ts";

export interface IcapClientOptions {
  /** `icap:` or `icaps:` */
  readonly url: URL;
  /** Milliseconds for one scan, waiting included. */
  readonly timeout: number;
  /** Connections at one time, fewer where the service says so. */
  readonly connections: number;
  /** Bytes that the body of an answer may have beyond what was sent. */
  readonly slack: number;
  /** Which authorities to trust instead of the system's (PEM). */
  readonly ca?: string | undefined;
  /** Monotonic clock in milliseconds. */
  readonly now: () => number;
}

/** Milliseconds for which a service that is overloaded (503) or wrongly named (404, 405) is left alone. */
const BACK_OFF = 1000;

/** A scanner that speaks ICAP: antivirus, sandbox, content disarm. */
export class IcapClient {
  readonly #options: IcapClientOptions;
  readonly #pool: ConnectionPool;
  readonly #longest: number;
  #service: { readonly options: ServiceOptions; readonly until: number } | undefined;
  #asking: Promise<ServiceOptions> | undefined;
  #backOff: { readonly until: number; readonly reason: string } | undefined;

  /** `largest`: bytes of the largest content that will be sent. */
  constructor(options: IcapClientOptions, largest: number) {
    this.#options = options;
    this.#longest = largest + options.slack;
    const connect = async (signal: AbortSignal): Promise<ClientConnection> =>
      new ClientConnection(await connectTo(options.url, options.ca, signal), this.#longest);
    this.#pool = new ConnectionPool(connect, options.connections);
  }

  /** Has content scanned. Never rejects: what goes wrong is `failed`. */
  async scan(content: Uint8Array): Promise<ScannerVerdict> {
    const { now, timeout } = this.#options;
    if (content.length === 0) return { kind: "clean" };
    if (this.#backOff !== undefined && this.#backOff.until > now())
      return { kind: "failed", reason: this.#backOff.reason };
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeout);
    try {
      const options = await this.#optionsOf(deadline.signal);
      const answered = await this.#exchange(scanRequest(this.#options.url, content, options), deadline.signal);
      this.#learn(answered, options);
      return classify(answered, content, options);
    } catch (error) {
      const reason = deadline.signal.aborted ? `no answer within ${timeout} ms` : messageOf(error);
      return { kind: "failed", reason };
    } finally {
      clearTimeout(timer);
    }
  }

  /** What the service says of itself, asked anew. Rejects where it does not answer. */
  async probe(): Promise<ServiceOptions> {
    this.#service = undefined;
    return await this.#optionsOf(AbortSignal.timeout(this.#options.timeout));
  }

  close(): void {
    this.#pool.close();
  }

  async #optionsOf(signal: AbortSignal): Promise<ServiceOptions> {
    const { now } = this.#options;
    if (this.#service !== undefined && this.#service.until > now()) return this.#service.options;
    this.#asking ??= this.#askOptions(signal).finally(() => (this.#asking = undefined));
    return await this.#asking;
  }

  async #askOptions(signal: AbortSignal): Promise<ServiceOptions> {
    const { reply } = await this.#exchange(optionsRequest(this.#options.url), signal);
    if (reply.status !== 200) {
      this.#rest(reply.status);
      throw new Error(`the service answered OPTIONS with ${reply.status}`);
    }
    const options = readOptions(reply);
    this.#pool.limit(Math.min(this.#options.connections, options.maxConnections ?? this.#options.connections));
    this.#service = { options, until: this.#options.now() + options.life };
    return options;
  }

  #learn({ reply }: Answered, options: ServiceOptions): void {
    if (reply.status >= 400) this.#rest(reply.status);
    const istag = tagOf(reply);
    if (istag !== "" && istag !== options.istag) this.#service = undefined;
  }

  /** Leaves a service alone that has too much to do, or is not there under this name. */
  #rest(status: number): void {
    const reasons: Readonly<Record<number, string>> = {
      503: "the service is overloaded (503)",
      404: "there is no such service (404): the path of its URL is wrong",
      405: "the service has not this method (405)",
    };
    const reason = reasons[status];
    if (reason !== undefined) this.#backOff = { until: this.#options.now() + BACK_OFF, reason };
  }

  /** Sends over an idle connection or a new one; once more over a new one where an idle one was dead already. */
  async #exchange(outgoing: Outgoing, signal: AbortSignal): Promise<Answered> {
    const first = await this.#pool.take(signal);
    try {
      return await first.connection.exchange(outgoing, signal);
    } catch (error) {
      const wasDead = error instanceof ConnectionEnded && !error.replyBegun && first.reused;
      if (!wasDead) throw error;
    } finally {
      this.#pool.give(first);
    }
    const second = await this.#pool.take(signal, true);
    try {
      return await second.connection.exchange(outgoing, signal);
    } finally {
      this.#pool.give(second);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
