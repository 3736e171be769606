import { createHash } from "node:crypto";
import type { Exchange } from "./exchange.ts";
import { headerValue } from "./headers.ts";
import type { Inspector } from "./verdict.ts";

/** Milliseconds for which a clean body counts as known: antivirus signatures change. */
const LIFE = 60_000;
const MOST = 20_000;
const NOTHING = new Uint8Array();

/**
 * An inspector that remembers bodies in which nothing at all was found: applications poll, and most answers are those of
 * the time before. The header fields of each response are inspected all the same. What was found something in, even a
 * report, is inspected anew each time.
 */
export function rememberingInspector(inspector: Inspector, now: () => number): Inspector {
  const known = new Map<string, number>();
  return {
    async inspect(exchange) {
      if (exchange.body.length === 0 || exchange.ownUrls !== undefined) return await inspector.inspect(exchange);
      const key = keyOf(exchange);
      const until = known.get(key);
      if (until !== undefined && now() < until) {
        const head = await inspector.inspect({ ...exchange, body: NOTHING });
        if (head.findings.length === 0) return { ...head, body: exchange.body };
      }
      known.delete(key);
      const verdict = await inspector.inspect(exchange);
      if (verdict.findings.length === 0 && verdict.verdict === "pass") {
        known.set(key, now() + LIFE);
        const [oldest] = known.keys();
        if (known.size > MOST && oldest !== undefined) known.delete(oldest);
      }
      return verdict;
    },
  };
}

/** Everything that decides how a body is read and judged, beside the policy. */
function keyOf({ vendor, request, status, headers, body }: Exchange): string {
  const type = headerValue(headers, "content-type");
  const coding = headerValue(headers, "content-encoding");
  const context = JSON.stringify([vendor, request.method, request.url, status, type, coding]);
  return createHash("sha256").update(context).update(body).digest("base64");
}
