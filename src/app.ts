import { join } from "node:path";
import { AntivirusEngines } from "./antivirus-engines.ts";
import { ConfigError } from "./config/config-error.ts";
import { besideConfiguration, type LoadedConfig } from "./config/load.ts";
import { parseDuration, parseSize } from "./config/units.ts";
import { createPipeline } from "./core/pipeline.ts";
import type { ComponentHealth } from "./core/health.ts";
import type { Policy } from "./core/policy.ts";
import type { Stage } from "./core/stage.ts";
import type { Inspector } from "./core/verdict.ts";
import { decode } from "./decode/decode.ts";
import { sanitizeFragment } from "./disarm/html.ts";
import { DISARM } from "./disarm/registry.ts";
import { createAntivirusStage } from "./inspect/antivirus/stage.ts";
import { createHeadersStage } from "./inspect/headers/stage.ts";
import { createRulesStage } from "./inspect/rules/stage.ts";
import { loadVendorSchemas, type VendorSchemas } from "./inspect/schema/routes.ts";
import { createSchemaStage } from "./inspect/schema/stage.ts";
import { createTextStage } from "./inspect/text/stage.ts";
import { loadPacks, OWN_PACK } from "./packs.ts";
import { EmbeddedStore } from "./store/incidents.ts";
import type { StageTiming } from "./threads/messages.ts";
import { createPooledInspector, type PooledInspector } from "./threads/pool.ts";

/** What each inspection thread runs: a source file in a checkout, a built one in the package. */
const THREAD_ENTRY = new URL(
  import.meta.url.endsWith(".ts") ? "threads/worker.ts" : "threads/worker.js",
  import.meta.url,
);

/** Lazaret's own YARA rules. */
const OWN_YARA = join(OWN_PACK, "yara");

/** Every stage, in the order of their findings. A new stage is one line here. */
async function createStages(loaded: LoadedConfig, engines: AntivirusEngines): Promise<Stage[]> {
  return [
    createHeadersStage(),
    createTextStage(),
    createRulesStage(await loadPacks(loaded), sanitizeFragment),
    createSchemaStage(loadSchemas(loaded)),
    createAntivirusStage((policy) => engines.of(policy)),
  ];
}

/** The schemas of every vendor that has some. Throws `SchemaError` for a broken one. */
function loadSchemas(loaded: LoadedConfig): ReadonlyMap<string, VendorSchemas> {
  const vendors = Object.entries(loaded.configuration.vendors ?? {});
  return new Map(
    vendors.flatMap(([name, { schemas }]): [string, VendorSchemas][] =>
      schemas === undefined ? [] : [[name, loadVendorSchemas(besideConfiguration(loaded, schemas))]],
    ),
  );
}

/** The one inspector that all doors of a process share, under one configuration. Rejects with `RuleError` for a broken rule file. */
export async function composeInspector(
  loaded: LoadedConfig,
  onStage?: (timing: StageTiming) => void,
  engines = new AntivirusEngines(loaded, OWN_YARA),
): Promise<Inspector> {
  return createPipeline({
    decode,
    onStage: onStage && ((stage, elapsedMs, failed) => onStage({ stage, elapsedMs, failed })),
    stages: await createStages(loaded, engines),
    disarm: DISARM,
    policyOf: (vendor) => policyOf(loaded, vendor),
    now: () => performance.now(),
    wallClock: () => Date.now(),
  });
}

function policyOf({ policies, defaultPolicy }: LoadedConfig, vendor: string | undefined): Policy {
  return (vendor === undefined ? undefined : policies.get(vendor)) ?? defaultPolicy;
}

/** The inspector of a long-lived process: small bodies here, large ones in threads. */
export async function composePooledInspector(
  loaded: LoadedConfig,
  onStage: (timing: StageTiming) => void,
): Promise<PooledInspector & { readonly health: () => Promise<readonly ComponentHealth[]> }> {
  const engines = new AntivirusEngines(loaded, OWN_YARA);
  const pooled = createPooledInspector({
    entry: THREAD_ENTRY,
    settings: { configuration: loaded.configuration, file: loaded.file },
    inline: await composeInspector(loaded, onStage, engines),
    policyOf: (vendor) => policyOf(loaded, vendor),
    onStage,
  });
  return { ...pooled, health: async () => await engines.health() };
}

/** The store of incidents and quarantined bytes. Throws `ConfigError` where its folder cannot be used. */
export function openStore(loaded: LoadedConfig): EmbeddedStore {
  const { state = "./var", quarantine, retention } = loaded.configuration;
  const folder = besideConfiguration(loaded, state);
  try {
    return new EmbeddedStore({
      folder,
      key: quarantine?.key,
      age: parseDuration(retention?.age ?? "30d"),
      size: parseSize(retention?.size ?? "1GiB"),
      now: () => Date.now(),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(loaded.file, [{ key: "state", message: `${folder} cannot be used: ${reason}` }]);
  }
}

/** Loads everything that a configuration names, and says how the engines do that inspections would ask. */
export async function composeHealth(loaded: LoadedConfig): Promise<readonly ComponentHealth[]> {
  const engines = new AntivirusEngines(loaded, OWN_YARA);
  await createStages(loaded, engines);
  return await engines.health();
}
