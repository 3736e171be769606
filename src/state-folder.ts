import { existsSync, mkdtempSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ConfigError } from "./config/config-error.ts";
import { besideConfiguration, type LoadedConfig } from "./config/load.ts";

/** Where incidents and quarantined bytes of a configuration are kept: an absolute path. */
export function stateFolder(loaded: LoadedConfig): string {
  return besideConfiguration(loaded, loaded.configuration.state ?? "./var");
}

/** The error for a state folder that cannot be used. */
export function unusableState(loaded: LoadedConfig, error: unknown): ConfigError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ConfigError(loaded.file, [{ key: "state", message: `${stateFolder(loaded)} cannot be used: ${reason}` }]);
}

/** Tries whether folders can be made where the state is to be, and leaves none. Throws `ConfigError` where they cannot. */
export function tryStateFolder(loaded: LoadedConfig): void {
  let folder = stateFolder(loaded);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    rmdirSync(mkdtempSync(join(folder, ".lazaret-")));
  } catch (error) {
    throw unusableState(loaded, error);
  }
}
