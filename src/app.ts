import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadedConfig } from "./config/load.ts";
import { resolveTimeouts } from "./config/resolve.ts";
import { createPipeline } from "./core/pipeline.ts";
import type { Policy } from "./core/policy.ts";
import type { Stage } from "./core/stage.ts";
import type { Inspector } from "./core/verdict.ts";
import { decode } from "./decode/decode.ts";
import { sanitizeFragment } from "./disarm/html.ts";
import { DISARM } from "./disarm/registry.ts";
import { type Gateway, startGateway } from "./gateway/gateway.ts";
import type { GatewaySnapshot, VendorRoute } from "./gateway/settings.ts";
import { createHeadersStage } from "./inspect/headers/stage.ts";
import { loadRules } from "./inspect/rules/load.ts";
import type { Rule } from "./inspect/rules/rule.ts";
import { createRulesStage } from "./inspect/rules/stage.ts";
import { createTextStage } from "./inspect/text/stage.ts";
import type { StageTiming } from "./threads/messages.ts";
import { createPooledInspector, type PooledInspector } from "./threads/pool.ts";

/** How long exchanges in flight may take to finish when Lazaret stops, in milliseconds. */
const DRAIN = 10_000;
const DEFAULT_LISTEN = "127.0.0.1:8080";

/** Lazaret's own rule pack: beside the sources in a checkout, beside `dist` in the package. */
const OWN_PACK = fileURLToPath(new URL("../rules", import.meta.url));

/** What each inspection thread runs: a source file in a checkout, a built one in the package. */
const THREAD_ENTRY = new URL(
  import.meta.url.endsWith(".ts") ? "threads/worker.ts" : "threads/worker.js",
  import.meta.url,
);

/** Every stage, in the order of their findings. A new stage is one line here. */
async function createStages(loaded: LoadedConfig): Promise<Stage[]> {
  return [createHeadersStage(), createTextStage(), createRulesStage(await loadPacks(loaded), sanitizeFragment)];
}

/** The rules of every pack that some policy names. Rejects with `RuleError` for a broken one. */
async function loadPacks({ policies, defaultPolicy }: LoadedConfig): Promise<ReadonlyMap<string, readonly Rule[]>> {
  const names = new Set([defaultPolicy, ...policies.values()].flatMap(({ rules }) => rules.packs));
  const loads = Array.from(names, async (name): Promise<[string, readonly Rule[]]> => [
    name,
    await loadRules(name === "lazaret" ? OWN_PACK : name),
  ]);
  return new Map(await Promise.all(loads));
}

/** The one inspector that all doors of a process share, under one configuration. Rejects with `RuleError` for a broken rule file. */
export async function composeInspector(
  loaded: LoadedConfig,
  onStage?: (timing: StageTiming) => void,
): Promise<Inspector> {
  return createPipeline({
    decode,
    onStage: onStage && ((stage, elapsedMs, failed) => onStage({ stage, elapsedMs, failed })),
    stages: await createStages(loaded),
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
async function composePooledInspector(
  loaded: LoadedConfig,
  onStage: (timing: StageTiming) => void,
): Promise<PooledInspector> {
  return createPooledInspector({
    entry: THREAD_ENTRY,
    settings: { configuration: loaded.configuration, file: loaded.file },
    inline: await composeInspector(loaded, onStage),
    policyOf: (vendor) => policyOf(loaded, vendor),
    onStage,
  });
}

/** Lazaret with every configured door open. */
export interface RunningApp {
  readonly gatewayUrl: string;
  /** Puts another configuration in force; exchanges in flight finish under the one they began with. */
  reload(loaded: LoadedConfig): Promise<void>;
  close(): Promise<void>;
}

/** Opens every configured door. Rejects where one cannot listen or a file that the configuration names cannot be read. */
export async function startApp(loaded: LoadedConfig): Promise<RunningApp> {
  let current = await composeSnapshot(loaded);
  const { host, port } = parseListen(loaded.configuration.listen ?? DEFAULT_LISTEN);
  const gateway: Gateway = await startGateway({
    host,
    port,
    snapshot: () => current,
    spool: join(tmpdir(), "lazaret"),
  });
  return {
    gatewayUrl: gateway.url,
    reload: async (next) => {
      const former = current;
      current = await composeSnapshot(next);
      await former.inspector.close();
    },
    close: async () => {
      await gateway.close(DRAIN);
      await current.inspector.close();
    },
  };
}

async function composeSnapshot(
  loaded: LoadedConfig,
): Promise<GatewaySnapshot & { readonly inspector: PooledInspector }> {
  const { allow = [], token } = loaded.configuration.clients ?? {};
  return {
    inspector: await composePooledInspector(loaded, () => {}),
    clients: { allow, token },
    vendors: vendorRoutes(loaded),
  };
}

/** `127.0.0.1:8080`, `[::1]:8080` or `8080`, the last on loopback. */
function parseListen(listen: string): { readonly host: string; readonly port: number } {
  const [, host = "127.0.0.1", port = "0"] = /^(?:\[?([^\]]+?)\]?:)?(\d+)$/.exec(listen) ?? [];
  return { host, port: Number(port) };
}

function vendorRoutes({ configuration, policies }: LoadedConfig): ReadonlyMap<string, VendorRoute> {
  return new Map(
    [...policies].flatMap(([name, policy]): [string, VendorRoute][] => {
      const vendor = configuration.vendors?.[name];
      if (vendor === undefined) return [];
      const {
        upstream,
        hosts = [],
        private: isPrivate = false,
        ca,
        cookies = "own",
        rewriteUrls = "headers",
        upgrade = false,
      } = vendor;
      const route: VendorRoute = {
        name,
        upstream: new URL(upstream),
        hosts: hosts.map((host) => host.toLowerCase()),
        private: isPrivate,
        cookies,
        upgrade,
        rewriteUrls,
        timeouts: resolveTimeouts(configuration, vendor),
        limits: policy.limits,
        ...(ca === undefined ? {} : { ca: readFileSync(ca, "utf8") }),
      };
      return [[name, route]];
    }),
  );
}
