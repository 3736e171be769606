import type { TaskStart } from "./messages.ts";

/** The start of a task that no thread has begun with. */
export function taskStart(): TaskStart {
  return new BigInt64Array(new SharedArrayBuffer(8));
}

/** In the thread: the task has begun. */
export function begin(start: TaskStart): void {
  Atomics.store(start, 0, process.hrtime.bigint());
}

/** Calls `late` once a task has taken `allowed` milliseconds since it was begun, or was not begun within `patience`. Gives what ends the watch. */
export function watchTask(
  start: TaskStart,
  { allowed, patience, late }: { readonly allowed: number; readonly patience: number; readonly late: () => void },
): () => void {
  const given = process.hrtime.bigint();
  let timer: NodeJS.Timeout;
  const check = (): void => {
    const left = timeLeft(start, given, allowed, patience);
    if (left > 0) timer = setTimeout(check, left);
    else late();
  };
  timer = setTimeout(check, Math.min(allowed, patience));
  return () => clearTimeout(timer);
}

/** Whether a thread has begun with the task. */
export function hasBegun(start: TaskStart): boolean {
  return Atomics.load(start, 0) > 0n;
}

/** Milliseconds until the next look at a task, 0 or less where it is late. One that has not begun is looked at again when it would be late if it began now. */
function timeLeft(start: TaskStart, given: bigint, allowed: number, patience: number): number {
  const begun = Atomics.load(start, 0);
  return begun > 0n ? allowed - millisecondsSince(begun) : Math.min(allowed, patience - millisecondsSince(given));
}

function millisecondsSince(time: bigint): number {
  return Number((process.hrtime.bigint() - time) / 1_000_000n);
}
