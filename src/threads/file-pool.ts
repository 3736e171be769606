import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type { FileAnswer, FileTask, RunFileTask } from "../disarm/task.ts";

/** Threads that take files apart. */
export interface FilePool {
  readonly run: RunFileTask;
  /** Lets files in work end, then ends the threads. A file that comes later starts new ones. */
  close(): Promise<void>;
}

/** Milliseconds beyond what is left of its time after which a thread that does not come back is ended. */
const GRACE = 500;
/** Megabytes of objects that a thread may hold. */
const HEAP = 1024;

/**
 * Takes files apart in threads of their own, so that a parser that hangs or runs out of memory ends a thread and nothing else: the
 * file is then a finding. `entry` is the module that each thread runs; threads start with the first file and end when they
 * are idle, and hold at most `heap` megabytes of objects each.
 */
export function createFilePool(entry: URL, heap = HEAP): FilePool {
  const working = new Set<Promise<FileAnswer>>();
  let pool: Piscina<FileTask, FileAnswer> | undefined;
  const start = (): Piscina<FileTask, FileAnswer> =>
    new Piscina<FileTask, FileAnswer>({
      filename: entry.href,
      minThreads: 0,
      maxThreads: availableParallelism(),
      idleTimeout: 30_000,
      resourceLimits: { maxOldGenerationSizeMb: heap },
    });
  return {
    run: async (task) => {
      pool ??= start();
      const running = runInThread(pool, task);
      working.add(running);
      return await running.finally(() => working.delete(running));
    },
    close: async () => {
      const closing = pool;
      pool = undefined;
      await Promise.allSettled(working);
      await closing?.destroy();
    },
  };
}

async function runInThread(pool: Piscina<FileTask, FileAnswer>, task: FileTask): Promise<FileAnswer> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), task.limits.time + GRACE);
  try {
    return await pool.run(task, { signal: deadline.signal });
  } catch (error) {
    if (deadline.signal.aborted) return { kind: "exceeded", limit: "time" };
    const reason = `the thread that took it apart ended: ${error instanceof Error ? error.message : String(error)}`;
    const disarmed = { kind: "refused", category: "unscannable", cause: "crashed", reason } as const;
    return { kind: "done", members: [], disarmed, decompressed: 0 };
  } finally {
    clearTimeout(timer);
  }
}
