import { workerData } from "node:worker_threads";
import { composeInspector } from "../app.ts";
import { resolveConfig } from "../config/load.ts";
import type { Inspector } from "../core/verdict.ts";
import { recallDerived } from "../inspect/rules/derivation.ts";
import type { StageTiming, ThreadResult, ThreadSettings, ThreadTask } from "./messages.ts";
import { begin } from "./task-deadline.ts";

const { configuration, file, derived }: ThreadSettings = workerData;
recallDerived(derived);
let timings: StageTiming[] = [];
let composed: Promise<Inspector> | undefined;

/** Files that a configuration names may have gone since it was loaded: each task tries again, and says why where it cannot be done. */
async function inspector(): Promise<Inspector> {
  composed ??= composeInspector(resolveConfig(configuration, file), (timing) => timings.push(timing));
  try {
    return await composed;
  } catch (error) {
    composed = undefined;
    throw error;
  }
}

await inspector().catch(() => {});

/** Inspects one exchange; the pool hands a thread one at a time. */
export default async function inspect({ exchange, start }: ThreadTask): Promise<ThreadResult> {
  const ready = await inspector();
  begin(start);
  timings = [];
  const verdict = await ready.inspect(exchange);
  const own = verdict.body === exchange.body;
  return { verdict: own ? { ...verdict, body: new Uint8Array() } : verdict, timings };
}
