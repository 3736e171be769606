import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { formatEncapsulated } from "../protocol/encapsulated.ts";
import { type Answered, ClientConnection, ConnectionEnded, type Outgoing } from "./connection.ts";
import { classify, type ScannerVerdict } from "./classify.ts";
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

const PORTS: Readonly<Record<string, number>> = { "icap:": 1344, "icaps:": 11_344 };
const CHUNK = 65_536;
const CRLF = Buffer.from("\r\n");
const LAST = Buffer.from("0\r\n\r\n");
const LAST_IN_PREVIEW = Buffer.from("0; ieof\r\n\r\n");
/** Milliseconds for which a service that is overloaded (503) or wrongly named (404, 405) is left alone. */
const BACK_OFF = 1000;
/** What content is called towards the service; nothing of the vendor's URL goes to a third party. */
const NAME = "http://lazaret.invalid/part";

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
    this.#pool = new ConnectionPool(async (signal) => await this.#connect(signal), options.connections, options.now);
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
      const answered = await this.#exchange(this.#message(content, options), deadline.signal);
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
    const head = Buffer.from(`${this.#requestHead("OPTIONS")}Encapsulated: null-body=0\r\n\r\n`, "latin1");
    const { reply } = await this.#exchange({ head, preview: [], rest: undefined }, signal);
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

  #message(content: Uint8Array, { method, preview, allows204 }: ServiceOptions): Outgoing {
    const describing = `Content-Type: application/octet-stream\r\nContent-Length: ${content.length}\r\n\r\n`;
    const request =
      method === "RESPMOD"
        ? `GET ${NAME} HTTP/1.1\r\nHost: lazaret.invalid\r\n\r\n`
        : `POST ${NAME} HTTP/1.1\r\nHost: lazaret.invalid\r\n${describing}`;
    const response = method === "RESPMOD" ? `HTTP/1.1 200 OK\r\n${describing}` : "";
    const encapsulated = formatEncapsulated(
      method === "RESPMOD"
        ? {
            heads: [
              { section: "req-hdr", length: request.length },
              { section: "res-hdr", length: response.length },
            ],
            body: "res-body",
          }
        : { heads: [{ section: "req-hdr", length: request.length }], body: "req-body" },
    );
    const fits = preview !== undefined && content.length <= preview;
    const first = preview === undefined ? content : content.subarray(0, preview);
    const head = [
      this.#requestHead(method),
      allows204 ? "Allow: 204\r\n" : "",
      preview === undefined ? "" : `Preview: ${Math.min(preview, content.length)}\r\n`,
      `Encapsulated: ${encapsulated}\r\n\r\n${request}${response}`,
    ].join("");
    return {
      head: Buffer.from(head, "latin1"),
      preview: [...chunks(first), fits ? LAST_IN_PREVIEW : LAST],
      rest: preview === undefined || fits ? undefined : [...chunks(content.subarray(preview)), LAST],
    };
  }

  #requestHead(method: string): string {
    const { url } = this.#options;
    return `${method} ${url.href} ICAP/1.0\r\nHost: ${url.hostname}:${portOf(url)}\r\nUser-Agent: Lazaret\r\n`;
  }

  async #connect(signal: AbortSignal): Promise<ClientConnection> {
    const { url, ca } = this.#options;
    const host = url.hostname.replaceAll(/^\[|\]$/g, "");
    const place = { host, port: portOf(url) };
    const isTls = url.protocol === "icaps:";
    const socket: Socket = isTls
      ? connectTls({
          ...place,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          minVersion: "TLSv1.2",
          ...(ca === undefined ? {} : { ca }),
        })
      : connectTcp(place);
    const abort = (): void => void socket.destroy(new Error("no connection in time"));
    signal.addEventListener("abort", abort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once(isTls ? "secureConnect" : "connect", () => resolve());
        socket.once("error", reject);
        socket.once("close", () => reject(new Error("the connection was closed")));
      });
    } catch (error) {
      throw new Error(`it cannot be reached: ${messageOf(error)}`, { cause: error });
    } finally {
      signal.removeEventListener("abort", abort);
    }
    return new ClientConnection(socket, this.#longest);
  }
}

function portOf({ port, protocol }: URL): number {
  return port === "" ? (PORTS[protocol] ?? 0) : Number(port);
}

function chunks(content: Uint8Array): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += CHUNK) {
    const bytes = content.subarray(at, at + CHUNK);
    pieces.push(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CRLF]));
  }
  return pieces;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
