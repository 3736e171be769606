import { composeFilePool, composeInspector } from "./app.ts";
import { type LoadedConfig, loadConfigFile, loadConfigText } from "./config/load.ts";
import type { Configuration } from "./config/config-types.ts";
import type { Verdict } from "./core/verdict.ts";
import { exchangeOf, type InspectionInput } from "./inspection-input.ts";

export type { Action, Category, Severity } from "./core/category.ts";
export type { Finding } from "./core/finding.ts";
export type { HeaderList } from "./core/headers.ts";
export type { Change, Verdict, VerdictName } from "./core/verdict.ts";
export type { Configuration } from "./config/config-types.ts";
export type { HeaderInput, InspectionInput } from "./inspection-input.ts";
export { ConfigError } from "./config/config-error.ts";

/** Inspects responses inside the caller's own process. */
export interface LibraryInspector {
  /** Never rejects because of the response's content; rejects where the body stream itself fails. */
  inspect(input: InspectionInput): Promise<Verdict>;
  close(): Promise<void>;
}

/**
 * Makes an inspector from a configuration file's path, a configuration object, or the defaults.
 * Rejects with `ConfigError` where the configuration cannot be used.
 */
export async function createInspector(config: string | Configuration | LoadedConfig = {}): Promise<LibraryInspector> {
  const files = composeFilePool();
  const inspector = await composeInspector(await loaded(config), undefined, undefined, undefined, files.run);
  return {
    inspect: async (input) => await inspector.inspect(await exchangeOf(input)),
    close: async () => await files.close(),
  };
}

async function loaded(config: string | Configuration | LoadedConfig): Promise<LoadedConfig> {
  if (typeof config === "string") return await loadConfigFile(config, process.env);
  if ("policies" in config) return config;
  return loadConfigText(JSON.stringify(config), "(configuration object)", process.env);
}
