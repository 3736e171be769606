import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type { Exchange } from "../core/exchange.ts";
import type { Policy } from "../core/policy.ts";
import { uninspectedVerdict } from "../core/uninspected.ts";
import type { Inspector, Verdict } from "../core/verdict.ts";
import type { StageTiming, ThreadResult, ThreadSettings, ThreadTask } from "./messages.ts";
import { hasBegun, taskStart, watchTask } from "./task-deadline.ts";

/** What a pool of inspection threads is made of. */
export interface PoolOptions {
  /** Module that each thread runs. */
  readonly entry: URL;
  /** Asked for when the first thread is needed. */
  readonly settings: () => ThreadSettings;
  /** Inspects what is too small to be worth a thread. */
  readonly inline: Inspector;
  readonly policyOf: (vendor: string | undefined) => Policy;
  readonly onStage: (timing: StageTiming) => void;
}

/** An inspector that owns threads. */
export interface PooledInspector extends Inspector {
  /** Lets inspections in flight end, then ends the threads. */
  close(): Promise<void>;
}

/** Content that is inspected where it arrives: what it can decompress to is small, and a thread costs more than it. */
const INLINE = 64 * 2 ** 10;
/** How much more a coded body may weigh. */
const CODED = 8;
/** Milliseconds beyond its time budget after which a thread that does not come back is ended. */
const GRACE = 2000;
/** Milliseconds that an exchange may wait for a thread. */
const PATIENCE = 60_000;
const MEMORY = { maxOldGenerationSizeMb: 2048 } as const;
/** Milliseconds after which a first thread is started without need: it takes seconds, which no large body should wait for. */
const HEADSTART = 2000;
/** Milliseconds for which a thread beyond the first stays without work. */
const IDLE = 600_000;

/**
 * Inspects large bodies in worker threads, so that one hostile body never stalls the others: a thread that does not
 * come back in time, or runs out of memory, is ended and replaced, and its exchange is a `limits` finding.
 */
export function createPooledInspector(options: PoolOptions): PooledInspector {
  let pool: Piscina<ThreadTask, ThreadResult> | undefined;
  const threads = (): Piscina<ThreadTask, ThreadResult> => {
    if (pool !== undefined) return pool;
    pool = new Piscina<ThreadTask, ThreadResult>({
      filename: options.entry.href,
      workerData: options.settings(),
      minThreads: 1,
      maxThreads: Math.max(2, availableParallelism()),
      idleTimeout: IDLE,
      resourceLimits: MEMORY,
    });
    // Of a thread that ended without work: an exchange that needs one tries again, and its finding says why there is none.
    pool.on("error", () => {});
    return pool;
  };
  const headstart = setTimeout(threads, HEADSTART).unref();
  const working = new Set<Promise<Verdict>>();
  let closing = false;
  return {
    inspect: async (exchange) => {
      if (closing || isSmall(exchange)) return await options.inline.inspect(exchange);
      const inspection = inspectInThread(threads(), exchange, options);
      working.add(inspection);
      return await inspection.finally(() => working.delete(inspection));
    },
    close: async () => {
      // An exchange may still begin its inspection under a configuration that has just been replaced.
      closing = true;
      clearTimeout(headstart);
      // A pool that is closed forgets exchanges that still wait for a thread.
      await Promise.allSettled(working);
      await pool?.destroy();
    },
  };
}

function isSmall({ body, headers }: Exchange): boolean {
  const coded = headers.some(([name]) => name.toLowerCase() === "content-encoding");
  return body.length * (coded ? CODED : 1) <= INLINE;
}

async function inspectInThread(
  pool: Piscina<ThreadTask, ThreadResult>,
  exchange: Exchange,
  { policyOf, onStage }: PoolOptions,
): Promise<Verdict> {
  const policy = policyOf(exchange.vendor);
  const deadline = new AbortController();
  const start = taskStart();
  const allowed = policy.limits.time + GRACE;
  const settled = watchTask(start, { allowed, patience: PATIENCE, late: () => deadline.abort() });
  try {
    const { verdict, timings } = await pool.run({ exchange, start }, { signal: deadline.signal });
    timings.forEach(onStage);
    // What was not changed need not travel back.
    return verdict.verdict === "pass" && verdict.body.length === 0 ? { ...verdict, body: exchange.body } : verdict;
  } catch (error) {
    const isLate = deadline.signal.aborted && hasBegun(start);
    return uninspectedVerdict(exchange, policy, Date.now(), {
      category: "limits",
      rule: isLate ? "lazaret/limits/time" : "lazaret/limits/thread",
      message: isLate
        ? `the inspection did not end within ${policy.limits.time} ms`
        : deadline.signal.aborted
          ? `no thread was free for it within ${PATIENCE} ms`
          : `the inspection's thread ended: ${error instanceof Error ? error.message : String(error)}`,
    });
  } finally {
    settled();
  }
}
