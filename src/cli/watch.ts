import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Milliseconds of quiet after which a change counts: editors write a file in several steps. */
const QUIET = 200;

/** What is watched. */
export interface Watched {
  readonly files: readonly string[];
  /** Folders of which only what lies directly in them counts. */
  readonly folders: readonly string[];
  /** Folders with all that is below them. */
  readonly trees: readonly string[];
}

/** A watch over files, or whole folders. */
export interface FileWatch {
  close(): void;
}

/**
 * Calls back after a file, or anything in a folder, has changed. A file is watched through its folder, since editors replace
 * files rather than write into them. What cannot be watched is left out.
 */
export function watchPaths({ files, folders, trees }: Watched, onChange: () => void): FileWatch {
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET);
  };
  const watchers = [
    ...files.map((file) => watchFolder(dirname(file), false, (name) => name === basename(file) && changed())),
    ...folders.map((folder) => watchFolder(folder, false, changed)),
    ...trees.map((folder) => watchFolder(folder, true, changed)),
  ].filter((watcher) => watcher !== undefined);
  return {
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function watchFolder(
  folder: string,
  recursive: boolean,
  onChange: (name: string | null) => void,
): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false, recursive }, (_event, name) => onChange(name));
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
