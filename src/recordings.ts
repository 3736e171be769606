import { join } from "node:path";
import type { LoadedConfig } from "./config/load.ts";
import { parseSize } from "./config/units.ts";
import { Recorder } from "./learn/recorder.ts";
import { stateFolder } from "./state-folder.ts";
import { RecordingFile } from "./store/recording.ts";

/** Where the gateway records what a vendor's responses look like. */
export function recordingPath(loaded: LoadedConfig, vendor: string): string {
  return join(stateFolder(loaded), "recordings", `${vendor}.ndjson`);
}

/** The recorders of all vendors that a configuration has recorded. */
export function openRecorders(
  loaded: LoadedConfig,
  onFailure: (error: unknown) => void,
): { readonly recorders: ReadonlyMap<string, Recorder>; close(): Promise<void> } {
  const files: RecordingFile[] = [];
  const recorders = new Map<string, Recorder>();
  for (const [name, { record }] of Object.entries(loaded.configuration.vendors ?? {})) {
    if (record === undefined) continue;
    const file = new RecordingFile(recordingPath(loaded, name), parseSize(record.size ?? "64MiB"), onFailure);
    files.push(file);
    const options = { sample: record.sample ?? 0.1, write: (line: string) => file.write(line) };
    recorders.set(name, new Recorder(options, loaded.policies.get(name) ?? loaded.defaultPolicy));
  }
  return {
    recorders,
    close: async () => {
      await Promise.all(files.map(async (file) => await file.close()));
    },
  };
}
