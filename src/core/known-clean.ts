import type { Exchange } from "./exchange.ts";
import { type HeaderList, headerValue } from "./headers.ts";
import type { Inspector, Verdict } from "./verdict.ts";

/** Milliseconds for which a clean body counts as known: antivirus signatures change. */
const LIFE = 60_000;
/** Bytes of bodies that are kept to compare with, and of one of them. */
const MOST = 64 * 2 ** 20;
const LARGEST = 4 * 2 ** 20;
const NOTHING = new Uint8Array();
/** A date as senders generate it; anything else in its place is inspected. */
const DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

interface CleanBody {
  readonly body: Uint8Array;
  readonly headers: HeaderList;
  /** What it counts for: the body, the key and the header fields. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * An inspector that remembers, for each request, the last body in which nothing at all was found: applications poll, and
 * most answers are those of the time before. The same bytes again are not inspected again, and their header fields only
 * where they differ in more than the date. What was found something in, even a report, is inspected anew each time.
 */
export function rememberingInspector(inspector: Inspector, now: () => number): Inspector {
  const known = new CleanBodies(now);
  return {
    async inspect(exchange) {
      if (exchange.body.length === 0 || exchange.body.length > LARGEST || isSpecial(exchange))
        return await inspector.inspect(exchange);
      const key = keyOf(exchange);
      const former = known.get(key, exchange.body);
      if (former !== undefined) {
        if (sameFields(former, exchange.headers)) return passed(exchange);
        const verdict = await inspector.inspect({ ...exchange, body: NOTHING });
        if (verdict.findings.length === 0) {
          known.add(key, exchange);
          return { ...verdict, body: exchange.body };
        }
      }
      const verdict = await inspector.inspect(exchange);
      if (verdict.findings.length === 0 && verdict.verdict === "pass") known.add(key, exchange);
      return verdict;
    },
  };
}

/** Whether the same bytes may have another verdict, or another body to deliver. */
function isSpecial({ ownUrls, isRequest, defect }: Exchange): boolean {
  return ownUrls !== undefined || isRequest === true || defect !== undefined;
}

/** Everything that decides how a body is read and judged, beside the policy. */
function keyOf({ vendor = "", request, status, headers }: Exchange): string {
  const type = headerValue(headers, "content-type") ?? "";
  const coding = headerValue(headers, "content-encoding") ?? "";
  return `${vendor}\n${request.method}\n${request.url}\n${status}\n${type}\n${coding}`;
}

/** Whether the header fields differ in nothing but the date (RFC 9110, section 5.6.7), which alone changes each second. */
function sameFields(former: HeaderList, headers: HeaderList): boolean {
  if (former.length !== headers.length) return false;
  return former.every(([name, value], i) => {
    const [otherName, otherValue] = headers[i] ?? [];
    if (name !== otherName) return false;
    return value === otherValue || (name.toLowerCase() === "date" && DATE.test(value) && DATE.test(otherValue ?? ""));
  });
}

function passed({ status, headers, body }: Exchange): Verdict {
  return { verdict: "pass", findings: [], changes: [], status, headers, body, elapsedMs: 0 };
}

/** One body a key with the header fields that came with it, the oldest going first. */
class CleanBodies {
  readonly #now: () => number;
  readonly #bodies = new Map<string, CleanBody>();
  #bytes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The header fields that came with the same bytes the last time; undefined where they are not known. */
  get(key: string, body: Uint8Array): HeaderList | undefined {
    const known = this.#bodies.get(key);
    if (known === undefined || this.#now() >= known.until || Buffer.compare(known.body, body) !== 0) return undefined;
    return known.headers;
  }

  /** Other header fields with the same bytes do not make them known for longer. */
  add(key: string, { body, headers }: Exchange): void {
    const until = this.get(key, body) === undefined ? this.#now() + LIFE : this.#bodies.get(key)?.until;
    const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length, body.length + key.length);
    this.#remove(key);
    this.#bodies.set(key, { body, headers, bytes, until: until ?? 0 });
    this.#bytes += bytes;
    for (const oldest of this.#bodies.keys()) {
      if (this.#bytes <= MOST) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const known = this.#bodies.get(key);
    if (known === undefined) return;
    this.#bytes -= known.bytes;
    this.#bodies.delete(key);
  }
}
