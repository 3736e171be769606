import { appendFileSync } from "node:fs";
import { workerData } from "node:worker_threads";

appendFileSync(workerData.file, "started\n");

/** An inspection thread that says it was started, and is not asked anything. */
export default function inspect(): void {
  throw new Error("it was asked");
}
