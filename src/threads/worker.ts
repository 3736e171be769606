import { workerData } from "node:worker_threads";
import { composeInspector } from "../app.ts";
import { loadConfigText } from "../config/load.ts";
import type { StageTiming, ThreadResult, ThreadSettings, ThreadTask } from "./messages.ts";
import { begin } from "./task-deadline.ts";

const { configuration, file }: ThreadSettings = workerData;
let timings: StageTiming[] = [];
const inspector = await composeInspector(loadConfigText(JSON.stringify(configuration), file, {}), (timing) =>
  timings.push(timing),
);

/** Inspects one exchange; the pool hands a thread one at a time. */
export default async function inspect({ exchange, start }: ThreadTask): Promise<ThreadResult> {
  begin(start);
  timings = [];
  const verdict = await inspector.inspect(exchange);
  const own = verdict.body === exchange.body;
  return { verdict: own ? { ...verdict, body: new Uint8Array() } : verdict, timings };
}
