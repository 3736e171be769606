import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { ReceivedBody } from "../bodies/spool.ts";
import type { Verdict } from "../core/verdict.ts";
import { rawFields, verdictFields } from "../http/respond.ts";
import { sendBlocked } from "./deliver.ts";
import { rewriteOwnUrls } from "./own-urls.ts";
import type { Passage } from "./passage.ts";
import { limitSilence } from "./upstream.ts";

/** A response of which only the beginning was inspected, since it is larger than `limits.body`. */
interface Oversized {
  readonly body: ReceivedBody;
  /** What is still to come, paused. */
  readonly rest: IncomingMessage;
  /** Longest silence, in milliseconds. */
  readonly idle: number;
}

/**
 * Sends on a response that is too large to be inspected, where policy lets it through all the same (`monitor`, or a `limits`
 * category that only reports): whole and as it came, never its beginning as if that were all. Where its beginning had to
 * be changed, it is blocked. Breaks the connection off where the vendor does.
 */
export async function deliverUninspected(
  verdict: Verdict,
  { body, rest, idle }: Oversized,
  passage: Passage,
  response: ServerResponse,
): Promise<void> {
  if (verdict.verdict !== "pass") {
    rest.destroy();
    if (!response.destroyed) sendBlocked({ ...verdict, verdict: "blocked" }, passage, response);
    return;
  }
  const own = rewriteOwnUrls(verdict.headers, passage.vendor, passage.base);
  response.writeHead(verdict.status, rawFields(own, verdictFields(verdict)));
  const beginning = await body.bytes(Infinity);
  await pipeline(async function* () {
    yield beginning;
    const timer = limitSilence(rest, idle);
    try {
      for await (const chunk of rest) {
        timer.refresh();
        yield chunk;
      }
    } finally {
      clearTimeout(timer);
    }
  }, response);
}
