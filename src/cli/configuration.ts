import { existsSync } from "node:fs";
import { type LoadedConfig, loadConfigFile, loadConfigText } from "../config/load.ts";

/** Configuration file that is used where none is named. */
export const DEFAULT_FILE = "lazaret.yaml";

/** The configuration of `-c FILE`, else of `lazaret.yaml` in this folder, else the defaults. Rejects with `ConfigError`. */
export async function commandConfiguration(file: string | undefined): Promise<LoadedConfig> {
  if (file !== undefined) return await loadConfigFile(file, process.env);
  if (existsSync(DEFAULT_FILE)) return await loadConfigFile(DEFAULT_FILE, process.env);
  return loadConfigText("{}", "(embedded defaults)", process.env);
}
