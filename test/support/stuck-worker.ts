import type { ThreadResult, ThreadTask } from "../../src/threads/messages.ts";
import { begin } from "../../src/threads/task-deadline.ts";

// Longer than an inspection may take in the test.
await new Promise((resolve) => setTimeout(resolve, 2500));

/** A thread that takes a while to start, and for a body that says so is slow or never comes back. */
export default function inspect({ exchange, start }: ThreadTask): ThreadResult {
  const { body, status, headers } = exchange;
  begin(start);
  const word = Buffer.from(body.subarray(0, 4)).toString();
  if (word === "loop") for (;;);
  for (const end = performance.now() + (word === "slow" ? 50 : 0); performance.now() < end;);
  return {
    verdict: { verdict: "pass", findings: [], changes: [], status, headers, body: new Uint8Array(), elapsedMs: 1 },
    timings: [{ stage: "decode", elapsedMs: 1, failed: false }],
  };
}
