import type { FileDisarm, Replaced } from "../core/disarmed.ts";
import type { Disarm } from "../core/stage.ts";
import type { Disarmer } from "./disarmer.ts";
import { openByTask, rebuildByTask, type TaskRunner } from "./task.ts";

/** Content disarm of files by these disarmers, each task run by `runner`. */
export function createFileDisarm(disarmers: readonly Disarmer[], runner: TaskRunner): FileDisarm {
  return {
    formatOf: (mediaType, bytes) => {
      const taking = disarmers.find(
        ({ mediaTypes, takes }) => mediaTypes.includes(mediaType) && (takes === undefined || takes(bytes)),
      );
      return taking && { name: taking.name, mediaType: taking.mediaType ?? mediaType, key: taking.key };
    },
    open: async (format, bytes, options, budget) => await openByTask(runner, format, bytes, options, budget),
    rebuild: async (format, bytes, replaced, options, budget) =>
      await rebuildByTask(runner, format, bytes, replaced, options, budget),
  };
}

/** Puts a file together again: as its disarmer left it, or with the files inside as they have become. */
export function disarmFiles(files: FileDisarm): Disarm {
  return async (part, edits, { budget }) => {
    const { disarmed, disarmOptions } = part;
    if (edits.children.size === 0) return disarmed?.kind === "rebuilt" ? disarmed.bytes : undefined;
    if (disarmOptions === undefined) return undefined;
    const replaced: Replaced = new Map(
      [...edits.children].flatMap(([{ carrier }, bytes]) =>
        carrier.kind === "member" ? [[carrier.index, bytes] as const] : [],
      ),
    );
    const rebuilt = await files.rebuild(part.format, part.bytes, replaced, disarmOptions, budget);
    return rebuilt.kind === "rebuilt" ? rebuilt.bytes : undefined;
  };
}
