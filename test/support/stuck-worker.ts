import type { Exchange } from "../../src/core/exchange.ts";
import type { ThreadResult } from "../../src/threads/messages.ts";

/** A thread that never comes back where the body says so. */
export default function inspect({ body, status, headers }: Exchange): ThreadResult {
  if (Buffer.from(body.subarray(0, 4)).toString() === "loop") for (;;);
  return {
    verdict: { verdict: "pass", findings: [], changes: [], status, headers, body: new Uint8Array(), elapsedMs: 1 },
    timings: [{ stage: "decode", elapsedMs: 1, failed: false }],
  };
}
