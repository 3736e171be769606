import type { Exchange } from "./exchange.ts";
import { headerValue } from "./headers.ts";
import type { Inspector } from "./verdict.ts";

/** Milliseconds for which a clean body counts as known: antivirus signatures change. */
const LIFE = 60_000;
/** Bytes of bodies that are kept to compare with, and of one of them. */
const MOST = 64 * 2 ** 20;
const LARGEST = 4 * 2 ** 20;
const NOTHING = new Uint8Array();

/**
 * An inspector that remembers, for each request, the last body in which nothing at all was found: applications poll, and
 * most answers are those of the time before. The same bytes again are not inspected again; the header fields of each
 * response are. What was found something in, even a report, is inspected anew each time.
 */
export function rememberingInspector(inspector: Inspector, now: () => number): Inspector {
  const known = new CleanBodies(now);
  return {
    async inspect(exchange) {
      if (exchange.body.length === 0 || exchange.body.length > LARGEST || exchange.ownUrls !== undefined)
        return await inspector.inspect(exchange);
      const key = keyOf(exchange);
      if (known.has(key, exchange.body)) {
        const head = await inspector.inspect({ ...exchange, body: NOTHING });
        if (head.findings.length === 0) return { ...head, body: exchange.body };
      }
      const verdict = await inspector.inspect(exchange);
      if (verdict.findings.length === 0 && verdict.verdict === "pass") known.add(key, exchange.body);
      return verdict;
    },
  };
}

/** Everything that decides how a body is read and judged, beside the policy. */
function keyOf({ vendor = "", request, status, headers }: Exchange): string {
  const type = headerValue(headers, "content-type") ?? "";
  const coding = headerValue(headers, "content-encoding") ?? "";
  return [vendor, request.method, request.url, status, type, coding].join("\n");
}

/** One body a key, the oldest going first. */
class CleanBodies {
  readonly #now: () => number;
  readonly #bodies = new Map<string, { readonly body: Uint8Array; readonly until: number }>();
  #bytes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  has(key: string, body: Uint8Array): boolean {
    const known = this.#bodies.get(key);
    if (known === undefined) return false;
    return this.#now() < known.until && Buffer.compare(known.body, body) === 0;
  }

  add(key: string, body: Uint8Array): void {
    this.#remove(key);
    this.#bodies.set(key, { body, until: this.#now() + LIFE });
    this.#bytes += body.length + key.length;
    for (const oldest of this.#bodies.keys()) {
      if (this.#bytes <= MOST) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const known = this.#bodies.get(key);
    if (known === undefined) return;
    this.#bytes -= known.body.length + key.length;
    this.#bodies.delete(key);
  }
}
