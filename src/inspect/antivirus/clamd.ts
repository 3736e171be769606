import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import NodeClam from "clamscan";
import type { ComponentHealth } from "../../core/health.ts";
import type { AntivirusEngine, ScanResult } from "./engine.ts";
import { VerdictCache } from "../verdict-cache.ts";

export interface ClamdOptions {
  /** `HOST:PORT` or the path of a socket; undefined tries the usual places. */
  readonly address: string | undefined;
  /** Whether the configuration names it. */
  readonly required: boolean;
  /** Milliseconds for one scan. */
  readonly timeout: number;
  /** Bytes beyond which nothing is sent. */
  readonly longest: number;
  readonly now: () => number;
}

/** Where Debian, Fedora and upstream put the socket, and the usual port. */
const USUAL = ["/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock", "/run/clamav/clamd.sock", "127.0.0.1:3310"];
/** Milliseconds after which a clamd that did not answer is tried again: twice as long each time. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** Milliseconds before the one retry of a broken connection. */
const RETRY = 100;

/** clamd through the clamscan package: over TCP or a Unix socket, with what it does not settle settled here. */
export class ClamdEngine implements AntivirusEngine {
  readonly name = "clamd";
  readonly longest: number;
  readonly #options: ClamdOptions;
  readonly #cache: VerdictCache<ScanResult>;
  #connected: { readonly client: NodeClam; readonly address: string } | undefined;
  #failure = "it was not reached yet";
  #connecting: Promise<NodeClam | undefined> | undefined;
  #pause = FIRST_PAUSE;
  #again = 0;

  constructor(options: ClamdOptions) {
    this.#options = options;
    this.longest = options.longest;
    this.#cache = new VerdictCache(options.now);
  }

  async scan(bytes: Uint8Array): Promise<ScanResult> {
    if (this.#connected === undefined && this.#options.now() < this.#again) return this.#unreachable();
    const digest = createHash("sha256").update(bytes).digest("base64");
    const known = this.#cache.get(digest);
    if (known !== undefined) return known;
    const result = await this.#scan(bytes);
    if (result.kind === "clean" || result.kind === "infected") this.#cache.set(digest, result);
    return result;
  }

  async #scan(bytes: Uint8Array): Promise<ScanResult> {
    const client = await this.#client();
    if (client === undefined) return this.#unreachable();
    const result = await this.#ask(client, bytes);
    // A connection that breaks may be a clamd that restarts, or one that is gone: the version question tells.
    if (result.kind !== "failed" || (await this.#answers(client))) return result;
    this.#lose(client, result.reason);
    await new Promise((resolve) => setTimeout(resolve, RETRY));
    const again = await this.#client();
    return again === undefined ? this.#unreachable() : await this.#ask(again, bytes);
  }

  async #ask(client: NodeClam, bytes: Uint8Array): Promise<ScanResult> {
    try {
      const answer = await this.#inTime(client.scanStream(Readable.from([bytes])));
      // clamscan resolves with null or nothing where clamd gave no verdict (its issues 69, 102, 131).
      if (answer?.isInfected === true) return { kind: "infected", names: answer.viruses };
      if (answer?.isInfected === false && /^stream: OK\0?$/.test(answer.resultString?.trim() ?? ""))
        return { kind: "clean" };
      return { kind: "failed", reason: `clamd gave no verdict: ${answer?.resultString ?? "no answer"}` };
    } catch (error) {
      return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async #answers(client: NodeClam): Promise<boolean> {
    try {
      return (await this.#inTime(client.getVersion())).startsWith("ClamAV");
    } catch {
      return false;
    }
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    const { timeout } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`clamd gave no verdict within ${timeout} ms`)), timeout);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A client of the first place that answers, or undefined; looked for by one scan at a time, and only after a pause. */
  async #client(): Promise<NodeClam | undefined> {
    if (this.#connected !== undefined) return this.#connected.client;
    if (this.#options.now() < this.#again) return undefined;
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return await this.#connecting;
  }

  async #connect(): Promise<NodeClam | undefined> {
    const { address: named, timeout, now } = this.#options;
    for (const address of named === undefined ? USUAL : [named]) {
      const client = await connect(address, timeout);
      if (!(await this.#answers(client))) continue;
      this.#connected = { client, address };
      this.#pause = FIRST_PAUSE;
      return client;
    }
    this.#failure = `nothing answers at ${named ?? USUAL.join(", ")}`;
    this.#again = now() + this.#pause;
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    return undefined;
  }

  /** Forgets a client that failed, unless another has taken its place. */
  #lose(client: NodeClam, reason: string): void {
    if (this.#connected?.client !== client) return;
    this.#connected = undefined;
    this.#failure = reason;
    this.#cache.clear();
  }

  #unreachable(): ScanResult {
    if (!this.#options.required) return { kind: "absent" };
    return { kind: "failed", reason: `clamd cannot be reached: ${this.#failure}` };
  }

  async health(): Promise<ComponentHealth> {
    const { required } = this.#options;
    const client = await this.#client();
    try {
      if (client !== undefined && this.#connected !== undefined) {
        const version = await this.#inTime(client.getVersion());
        return { name: "clamd", state: "up", required, detail: `${version.trim()} at ${this.#connected.address}` };
      }
    } catch (error) {
      if (client !== undefined) this.#lose(client, error instanceof Error ? error.message : String(error));
    }
    return { name: "clamd", state: required ? "down" : "absent", required, detail: this.#failure };
  }
}

async function connect(address: string, timeout: number): Promise<NodeClam> {
  const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(address) ?? [];
  const place = address.startsWith("/")
    ? { socket: address }
    : { host: host.replaceAll(/^\[|\]$/g, ""), port: Number(port) };
  return await new NodeClam().init({
    clamscan: { active: false, path: null },
    clamdscan: { ...place, timeout, localFallback: false, path: null, bypassTest: true },
    preference: "clamdscan",
  });
}
