import type { ThreadResult, ThreadTask } from "../../src/threads/messages.ts";
import { begin } from "../../src/threads/task-deadline.ts";

// Longer than an inspection may take in the test.
await new Promise((resolve) => setTimeout(resolve, 2500));

/** A thread that takes a while to start, and never comes back where the body says so. */
export default function inspect({ exchange, start }: ThreadTask): ThreadResult {
  const { body, status, headers } = exchange;
  begin(start);
  if (Buffer.from(body.subarray(0, 4)).toString() === "loop") for (;;);
  return {
    verdict: { verdict: "pass", findings: [], changes: [], status, headers, body: new Uint8Array(), elapsedMs: 1 },
    timings: [{ stage: "decode", elapsedMs: 1, failed: false }],
  };
}
