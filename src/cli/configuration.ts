import { existsSync } from "node:fs";
import { type LoadedConfig, loadConfigFile, loadConfigText } from "../config/load.ts";
import { nearestWord } from "../config/suggest.ts";
import type { Policy } from "../core/policy.ts";
import { UsageError } from "./exit.ts";

/** Configuration file that is used where none is named. */
export const DEFAULT_FILE = "lazaret.yaml";

/** The configuration of `-c FILE`, else of `lazaret.yaml` in this folder, else the defaults. Rejects with `ConfigError`. */
export async function commandConfiguration(file: string | undefined): Promise<LoadedConfig> {
  if (file !== undefined) return await loadConfigFile(file, process.env);
  if (existsSync(DEFAULT_FILE)) return await loadConfigFile(DEFAULT_FILE, process.env);
  return loadConfigText("{}", "(embedded defaults)", process.env);
}

/** The policy of `--vendor NAME`, else the default one. Throws `UsageError` where the configuration has no such vendor. */
export function vendorPolicy(loaded: LoadedConfig, vendor: string | undefined): Policy {
  const policy = vendor === undefined ? loaded.defaultPolicy : loaded.policies.get(vendor);
  if (policy !== undefined) return policy;
  const near = nearestWord(vendor ?? "", [...loaded.policies.keys()]);
  throw new UsageError(`${loaded.file} has no vendor ${vendor}${near === undefined ? "" : `; did you mean ${near}?`}`);
}
