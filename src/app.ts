import { join } from "node:path";
import { AntivirusEngines } from "./antivirus-engines.ts";
import { besideConfiguration, type LoadedConfig } from "./config/load.ts";
import { resolveExternal } from "./config/external.ts";
import { parseDuration, parseSize } from "./config/units.ts";
import { Budget } from "./core/budget.ts";
import { createPipeline } from "./core/pipeline.ts";
import type { ComponentHealth } from "./core/health.ts";
import type { Policy } from "./core/policy.ts";
import type { Stage } from "./core/stage.ts";
import type { Inspector } from "./core/verdict.ts";
import { createDecode } from "./decode/decode.ts";
import { sanitizeFragment } from "./disarm/html.ts";
import { externalHealth } from "./disarm/external/health.ts";
import { createFileDisarm } from "./disarm/files.ts";
import { disarmByFormat, DISARMERS } from "./disarm/registry.ts";
import { type RunFileTask, runFileTask } from "./disarm/task.ts";
import { createAntivirusStage } from "./inspect/antivirus/stage.ts";
import { createHeadersStage } from "./inspect/headers/stage.ts";
import { allDerived } from "./inspect/rules/derivation.ts";
import type { Pack } from "./inspect/rules/load.ts";
import type { RuleProblem } from "./inspect/rules/seclang/rule-error.ts";
import { createRulesStage } from "./inspect/rules/stage.ts";
import { createSandboxStage } from "./inspect/sandbox/stage.ts";
import type { VendorSchemas } from "./inspect/schema/declaration.ts";
import { languagesFor } from "./inspect/schema/languages.ts";
import { loadVendorSchemas } from "./inspect/schema/load.ts";
import { createSchemaStage, declaredShape } from "./inspect/schema/stage.ts";
import { createTextStage } from "./inspect/text/stage.ts";
import { loadPacks, OWN_PACK, packWarnings } from "./packs.ts";
import { SandboxServices } from "./sandbox-services.ts";
import { stateFolder, unusableState } from "./state-folder.ts";
import { EmbeddedStore } from "./store/incidents.ts";
import type { StageTiming } from "./threads/messages.ts";
import { createFilePool, type FilePool } from "./threads/file-pool.ts";
import { createPooledInspector, type PooledInspector } from "./threads/pool.ts";

/** What each inspection thread runs: a source file in a checkout, a built one in the package. */
const THREAD_ENTRY = new URL(
  import.meta.url.endsWith(".ts") ? "threads/worker.ts" : "threads/worker.js",
  import.meta.url,
);

/** What each thread runs that takes files apart. */
const FILE_THREAD_ENTRY = new URL(
  import.meta.url.endsWith(".ts") ? "threads/file-worker.ts" : "threads/file-worker.js",
  import.meta.url,
);

/** Milliseconds for an external program to say its version: LibreOffice takes seconds the first time. */
const PATIENCE = 20_000;

/** Lazaret's own YARA rules. */
const OWN_YARA = join(OWN_PACK, "yara");

/** Every stage, in the order of their findings. A new stage is one line here. */
function createStages(
  loaded: LoadedConfig,
  engines: AntivirusEngines,
  sandboxes: SandboxServices,
  packs: ReadonlyMap<string, Pack>,
  schemas: ReadonlyMap<string, VendorSchemas>,
): Stage[] {
  return [
    ofResponses(createHeadersStage()),
    ofResponses(createTextStage()),
    ofResponses(createRulesStage(packs, [loaded.defaultPolicy, ...loaded.policies.values()], sanitizeFragment)),
    ofResponses(createSchemaStage(schemas)),
    createAntivirusStage((policy) => engines.of(policy)),
    createSandboxStage((policy) => sandboxes.of(policy)),
  ];
}

/** A stage about what vendors send. What applications send has limits, antivirus and disarm; what may not leave is a policy to come. */
function ofResponses(stage: Stage): Stage {
  return {
    name: stage.name,
    inspect: (tree, context) => (tree.exchange.isRequest === true ? [] : stage.inspect(tree, context)),
  };
}

/** The schemas of every vendor that has some. Rejects with `SchemaError` for broken ones. */
export async function loadSchemas(loaded: LoadedConfig): Promise<ReadonlyMap<string, VendorSchemas>> {
  const byVendor = new Map<string, VendorSchemas>();
  for (const [name, { schemas, schemaImport = {} }] of Object.entries(loaded.configuration.vendors ?? {})) {
    if (schemas === undefined) continue;
    const { lenient = false, remote = {} } = schemaImport;
    const copies = Object.entries(remote).map(([url, folder]) => [url, besideConfiguration(loaded, folder)] as const);
    const path = besideConfiguration(loaded, schemas);
    const settings = { lenient, remote: Object.fromEntries(copies), languages: await languagesFor(path) };
    byVendor.set(name, loadVendorSchemas(path, settings));
  }
  return byVendor;
}

/** Takes files apart in this thread: where it can be ended itself. */
const runHere: RunFileTask = async (task) => await runFileTask(task, DISARMERS);

/** Threads that take files apart, for inspectors in a process that must not end. */
export function composeFilePool(): FilePool {
  return createFilePool(FILE_THREAD_ENTRY);
}

/** The one inspector that all doors of a process share, under one configuration. Rejects with `RuleError` for a broken rule file. */
export async function composeInspector(
  loaded: LoadedConfig,
  onStage?: (timing: StageTiming) => void,
  engines = new AntivirusEngines(loaded, OWN_YARA),
  packs?: ReadonlyMap<string, Pack>,
  runFile: RunFileTask = runHere,
  schemas?: ReadonlyMap<string, VendorSchemas>,
  sandboxes = new SandboxServices(loaded),
): Promise<Inspector> {
  const files = createFileDisarm(DISARMERS, { run: runFile, programs: resolveExternal(loaded.configuration) });
  const declared = schemas ?? (await loadSchemas(loaded));
  return createPipeline({
    decode: createDecode(files),
    onStage: onStage && ((stage, elapsedMs, failed) => onStage({ stage, elapsedMs, failed })),
    stages: createStages(loaded, engines, sandboxes, packs ?? (await loadPacks(loaded)), declared),
    disarm: disarmByFormat(files),
    policyOf: (vendor) => policyOf(loaded, vendor),
    shapeOf: declaredShape(declared),
    now: () => performance.now(),
    wallClock: () => Date.now(),
  });
}

function policyOf({ policies, defaultPolicy }: LoadedConfig, vendor: string | undefined): Policy {
  return (vendor === undefined ? undefined : policies.get(vendor)) ?? defaultPolicy;
}

/** What is known of the parts of an inspector. */
interface RunningParts {
  readonly health: () => Promise<readonly ComponentHealth[]>;
  /** What in the rule packs was not understood and left out. */
  readonly warnings: readonly RuleProblem[];
  /** What in the schemas was repaired or left out, by vendor. */
  readonly repairs: ReadonlyMap<string, readonly string[]>;
}

/** The inspector of a long-lived process: small bodies here, large ones in threads. */
export async function composePooledInspector(
  loaded: LoadedConfig,
  onStage: (timing: StageTiming) => void,
): Promise<PooledInspector & RunningParts> {
  const engines = new AntivirusEngines(loaded, OWN_YARA);
  const sandboxes = new SandboxServices(loaded);
  const packs = await loadPacks(loaded);
  const schemas = await loadSchemas(loaded);
  const files = composeFilePool();
  const pooled = createPooledInspector({
    entry: THREAD_ENTRY,
    settings: () => ({ configuration: loaded.configuration, file: loaded.file, derived: allDerived() }),
    inline: await composeInspector(loaded, onStage, engines, packs, files.run, schemas, sandboxes),
    policyOf: (vendor) => policyOf(loaded, vendor),
    onStage,
  });
  const close = async (): Promise<void> => {
    await pooled.close();
    await files.close();
  };
  const health = async (): Promise<readonly ComponentHealth[]> =>
    (await Promise.all([engines.health(), sandboxes.health()])).flat();
  const repairs = new Map(Array.from(schemas, ([vendor, own]) => [vendor, own.repairs]));
  return { ...pooled, close, health, warnings: packWarnings(packs), repairs };
}

/** The store of incidents and quarantined bytes. Throws `ConfigError` where its folder cannot be used. */
export function openStore(loaded: LoadedConfig): EmbeddedStore {
  const { quarantine, retention } = loaded.configuration;
  try {
    return new EmbeddedStore({
      folder: stateFolder(loaded),
      key: quarantine?.key,
      age: parseDuration(retention?.age ?? "30d"),
      size: parseSize(retention?.size ?? "1GiB"),
      now: () => Date.now(),
    });
  } catch (error) {
    throw unusableState(loaded, error);
  }
}

/** Makes everything that a configuration names, and says how the engines do that inspections would ask. */
export async function composeHealth(
  loaded: LoadedConfig,
  packs: ReadonlyMap<string, Pack>,
  schemas: ReadonlyMap<string, VendorSchemas>,
): Promise<readonly ComponentHealth[]> {
  const engines = new AntivirusEngines(loaded, OWN_YARA);
  const sandboxes = new SandboxServices(loaded);
  createStages(loaded, engines, sandboxes, packs, schemas);
  const limits = { ...loaded.defaultPolicy.limits, time: PATIENCE };
  const budget = (): Budget => new Budget(limits, () => performance.now());
  const programs = await externalHealth(resolveExternal(loaded.configuration), neededPrograms(loaded), budget);
  return [...(await engines.health()), ...(await sandboxes.health()), ...programs];
}

/** Programs that some policy needs to flatten documents. */
function neededPrograms({ policies, defaultPolicy }: LoadedConfig): ReadonlySet<"pdftoppm" | "soffice"> {
  const all = [defaultPolicy, ...policies.values()].flatMap(({ disarm, routes, paths }) => [
    disarm,
    ...[...routes, ...paths].flatMap((rule) => rule.disarm ?? []),
  ]);
  const flattens = all.flatMap(({ pdf, office, formats = {} }) => [
    ...(pdf === "flatten" || formats["pdf"] === "flatten" ? (["pdftoppm"] as const) : []),
    ...(office === "flatten" ||
    Object.entries(formats).some(([name, outcome]) => name !== "pdf" && outcome === "flatten")
      ? (["pdftoppm", "soffice"] as const)
      : []),
  ]);
  return new Set(flattens);
}
