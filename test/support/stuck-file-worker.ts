import type { FileAnswer, FileTask } from "../../src/disarm/task.ts";

/** A thread that never comes back, runs out of memory or ends where the file says so. */
export default function disarm({ bytes }: FileTask): FileAnswer {
  const word = Buffer.from(bytes).toString();
  if (word === "loop") for (;;);
  if (word === "exit") process.exit(3);
  if (word === "memory")
    for (const kept: number[][] = []; ;) kept.push(Array.from({ length: 1_000_000 }, (_, i) => i * 1.5));
  return { kind: "done", members: [], disarmed: { kind: "clean" }, decompressed: 7 };
}
