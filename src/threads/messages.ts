import type { Configuration } from "../config/config-types.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Verdict } from "../core/verdict.ts";

/** What an inspection thread is made from: plain data, since compiled policies do not travel. */
export interface ThreadSettings {
  readonly configuration: Configuration;
  /** Name of the configuration's file, which its relative paths start from. */
  readonly file: string;
  /** What the process has found out about patterns (`allDerived`). */
  readonly derived: Readonly<Record<string, string>>;
}

/** What a thread is given to do. */
export interface ThreadTask {
  readonly exchange: Exchange;
  /** Where the thread says that it has begun: tasks wait for threads, and threads take a while to start. */
  readonly start: TaskStart;
}

/** One number in memory that threads share: when a task was begun, in nanoseconds of the monotonic clock; 0 before that. */
export type TaskStart = BigInt64Array<SharedArrayBuffer>;

/** How long one stage took. */
export interface StageTiming {
  readonly stage: string;
  readonly elapsedMs: number;
  readonly failed: boolean;
}

/** What comes back from a thread. */
export interface ThreadResult {
  /** Its `body` is left empty where it is the exchange's own. */
  readonly verdict: Verdict;
  readonly timings: readonly StageTiming[];
}
