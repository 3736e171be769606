import { DISARMERS } from "../disarm/registry.ts";
import { type FileAnswer, type FileTask, runFileTask } from "../disarm/task.ts";

/** Takes one file apart or puts it together; the pool hands a thread one at a time. */
export default async function disarm(task: FileTask): Promise<FileAnswer> {
  return await runFileTask(task, DISARMERS);
}
