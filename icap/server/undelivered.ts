import { createHash } from "node:crypto";
import type { Exchange } from "../../src/core/exchange.ts";
import type { Verdict } from "../../src/core/verdict.ts";

/** Milliseconds for which a client may come back for its answer. */
const LIFE = 60_000;
const MOST = 100;
/** Bytes of a body that is kept. */
const LARGEST = 2 ** 20;

interface Entry {
  readonly verdict: Verdict;
  readonly until: number;
}

/**
 * Verdicts whose client was gone before it got them. Proxies send the same message once more after a connection that
 * broke: it gets the verdict of the first time, so that one exchange is one incident.
 */
export class UndeliveredVerdicts {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keeps a verdict that left a trace; others can be given again. `istag`: what it was given under. */
  keep(exchange: Exchange, istag: string, verdict: Verdict): void {
    if (verdict.incident === undefined || verdict.body.length > LARGEST) return;
    this.#entries.set(keyOf(exchange, istag), { verdict, until: this.#now() + LIFE });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST && oldest !== undefined) this.#entries.delete(oldest);
  }

  /** The verdict on the same exchange, once. */
  take(exchange: Exchange, istag: string): Verdict | undefined {
    if (this.#entries.size === 0) return undefined;
    const key = keyOf(exchange, istag);
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    return entry === undefined || entry.until < this.#now() ? undefined : entry.verdict;
  }
}

function keyOf({ vendor, request, status, headers, body }: Exchange, istag: string): string {
  return createHash("sha256")
    .update(JSON.stringify([istag, vendor, request, status, headers]))
    .update(body)
    .digest("base64");
}
