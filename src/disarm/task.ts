import { Budget, BudgetExceeded, type Limits } from "../core/budget.ts";
import type { DisarmOptions } from "../core/disarm-policy.ts";
import type { Disarmed, OpenedFile, Replaced } from "../core/disarmed.ts";
import type { Disarmer } from "./disarmer.ts";
import type { ExternalPrograms } from "./external/programs.ts";
import { openWithPrograms } from "./external/open.ts";
import { rebuildFile } from "./open.ts";

/** A file to open, or, with `replaced`, to rebuild: plain data, so that it can travel to another thread. */
export interface FileTask {
  readonly format: string;
  readonly bytes: Uint8Array;
  readonly replaced: Replaced | undefined;
  readonly options: DisarmOptions;
  readonly programs: ExternalPrograms;
  /** What is left of the exchange's budget. */
  readonly limits: Limits;
}

/** What came of it. */
export type FileAnswer =
  | (OpenedFile & { readonly kind: "done"; /** Bytes that it gave. */ readonly decompressed: number })
  | { readonly kind: "exceeded"; readonly limit: keyof Limits };

/** Runs a task. Rejects only with `RangeError` for a format that no disarmer takes. */
export async function runFileTask(
  { format, bytes, replaced, options, programs, limits }: FileTask,
  disarmers: readonly Disarmer[],
): Promise<FileAnswer> {
  const disarmer = disarmers.find(({ name }) => name === format);
  if (disarmer === undefined) throw new RangeError(`no disarmer takes ${format}`);
  const budget = new Budget(limits, () => performance.now());
  try {
    const opened: OpenedFile =
      replaced === undefined
        ? await openWithPrograms(disarmer, bytes, options, programs, budget)
        : { members: [], disarmed: await rebuildFile(disarmer, bytes, replaced, options, budget) };
    return { ...opened, kind: "done", decompressed: limits.decompressed - budget.left().decompressed };
  } catch (error) {
    if (error instanceof BudgetExceeded) return { kind: "exceeded", limit: error.limit };
    throw error;
  }
}

/** Runs tasks somewhere: in this thread, or in one that can be ended. */
export type RunFileTask = (task: FileTask) => Promise<FileAnswer>;

/** What a run of tasks has in common. */
export interface TaskRunner {
  readonly run: RunFileTask;
  readonly programs: ExternalPrograms;
}

/** Opens a file, and takes what that cost from the budget. Rejects only with `BudgetExceeded`. */
export async function openByTask(
  { run, programs }: TaskRunner,
  format: string,
  bytes: Uint8Array,
  options: DisarmOptions,
  budget: Budget,
): Promise<OpenedFile> {
  const task = { format, bytes, replaced: undefined, options, programs, limits: budget.left() };
  return settled(await run(task), budget);
}

/** Rebuilds a file, and takes what that cost from the budget. Rejects only with `BudgetExceeded`. */
export async function rebuildByTask(
  { run, programs }: TaskRunner,
  format: string,
  bytes: Uint8Array,
  replaced: Replaced,
  options: DisarmOptions,
  budget: Budget,
): Promise<Disarmed> {
  // What was decompressed while it was opened is decompressed once more.
  const limits = { ...budget.left(), decompressed: budget.limits.decompressed };
  const answer = await run({ format, bytes, replaced, options, programs, limits });
  if (answer.kind === "exceeded") throw new BudgetExceeded(answer.limit, budget.limits[answer.limit]);
  return answer.disarmed;
}

function settled(answer: FileAnswer, budget: Budget): OpenedFile {
  if (answer.kind === "exceeded") throw new BudgetExceeded(answer.limit, budget.limits[answer.limit]);
  budget.takeDecompressed(answer.decompressed);
  return answer;
}
