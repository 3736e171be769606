import { fileURLToPath } from "node:url";
import { ConfigError, type ConfigProblem } from "./config/config-error.ts";
import { besideConfiguration, type LoadedConfig } from "./config/load.ts";
import { loadPack, type Pack } from "./inspect/rules/load.ts";
import { RuleError, type RuleProblem } from "./inspect/rules/seclang/rule-error.ts";

/** Lazaret's own rule pack: beside the sources in a checkout, beside `dist` in the package. */
export const OWN_PACK = fileURLToPath(new URL("../rules", import.meta.url));

/** The packs that the policies of a configuration name, each once. */
export function namedPacks({ policies, defaultPolicy }: LoadedConfig): string[] {
  return [...new Set([defaultPolicy, ...policies.values()].flatMap(({ rules }) => rules.packs))];
}

/**
 * Loads packs by name. Rejects with `ConfigError` for one that is not there, and with `RuleError` for broken rules: with
 * every problem of every pack.
 */
export async function loadPacks(
  loaded: LoadedConfig,
  names: readonly string[] = namedPacks(loaded),
): Promise<ReadonlyMap<string, Pack>> {
  const packs = new Map<string, Pack>();
  const missing: ConfigProblem[] = [];
  const broken: RuleProblem[] = [];
  for (const name of names) {
    const path = name === "lazaret" ? OWN_PACK : besideConfiguration(loaded, name);
    try {
      packs.set(name, await loadPack(path));
    } catch (error) {
      if (error instanceof RuleError) broken.push(...error.problems);
      else missing.push({ key: keyOf(name, loaded), message: `${path} cannot be read: ${reasonOf(error)}` });
    }
  }
  if (missing.length > 0) throw new ConfigError(loaded.file, missing);
  if (broken.length > 0) throw new RuleError(broken);
  return packs;
}

/** Where the configuration names a pack: the common policy, or the first vendor's that does. */
function keyOf(pack: string, { configuration: { policy, vendors = {} } }: LoadedConfig): string {
  if (policy?.rules?.packs?.includes(pack) === true) return "policy.rules.packs";
  const vendor = Object.keys(vendors).find((name) => vendors[name]?.policy?.rules?.packs?.includes(pack));
  return vendor === undefined ? "rules.packs" : `vendors.${vendor}.policy.rules.packs`;
}

/** What in some packs was not understood and left out. */
export function packWarnings(packs: ReadonlyMap<string, Pack>): readonly RuleProblem[] {
  return [...packs.values()].flatMap(({ warnings }) => warnings);
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return "there is no such file or folder";
  return error instanceof Error ? error.message : String(error);
}
