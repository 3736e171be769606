import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LoadedConfig } from "./config/load.ts";
import { resolveTimeouts } from "./config/resolve.ts";
import { createPipeline } from "./core/pipeline.ts";
import type { Stage } from "./core/stage.ts";
import type { Inspector } from "./core/verdict.ts";
import { decode } from "./decode/decode.ts";
import { DISARM } from "./disarm/registry.ts";
import { type Gateway, startGateway } from "./gateway/gateway.ts";
import type { GatewaySnapshot, VendorRoute } from "./gateway/settings.ts";
import { createHeadersStage } from "./inspect/headers/stage.ts";
import { loadRules } from "./inspect/rules/load.ts";
import type { Rule } from "./inspect/rules/rule.ts";
import { createRulesStage } from "./inspect/rules/stage.ts";
import { createTextStage } from "./inspect/text/stage.ts";

/** How long exchanges in flight may take to finish when Lazaret stops, in milliseconds. */
const DRAIN = 10_000;
const DEFAULT_LISTEN = "127.0.0.1:8080";

/** Lazaret's own rule pack: beside the sources in a checkout, beside `dist` in the package. */
const OWN_PACK = fileURLToPath(new URL("../rules", import.meta.url));

/** Every stage, in the order of their findings. A new stage is one line here. */
async function createStages(loaded: LoadedConfig): Promise<Stage[]> {
  return [createHeadersStage(), createTextStage(), createRulesStage(await loadPacks(loaded))];
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
export async function composeInspector(loaded: LoadedConfig): Promise<Inspector> {
  return createPipeline({
    decode,
    stages: await createStages(loaded),
    disarm: DISARM,
    policyOf: (vendor) => (vendor === undefined ? undefined : loaded.policies.get(vendor)) ?? loaded.defaultPolicy,
    now: () => performance.now(),
    wallClock: () => Date.now(),
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
  let snapshot = await snapshotOf(loaded);
  const { host, port } = parseListen(loaded.configuration.listen ?? DEFAULT_LISTEN);
  const gateway: Gateway = await startGateway({ host, port, snapshot: () => snapshot });
  return {
    gatewayUrl: gateway.url,
    reload: async (next) => {
      snapshot = await snapshotOf(next);
    },
    close: async () => await gateway.close(DRAIN),
  };
}

async function snapshotOf(loaded: LoadedConfig): Promise<GatewaySnapshot> {
  return { inspector: await composeInspector(loaded), vendors: vendorRoutes(loaded) };
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
      const { upstream, hosts = [], private: isPrivate = false, ca, cookies = "own", rewriteUrls = "headers" } = vendor;
      const route: VendorRoute = {
        name,
        upstream: new URL(upstream),
        hosts: hosts.map((host) => host.toLowerCase()),
        private: isPrivate,
        cookies,
        rewriteUrls,
        timeouts: resolveTimeouts(configuration, vendor),
        limits: policy.limits,
        ...(ca === undefined ? {} : { ca: readFileSync(ca, "utf8") }),
      };
      return [[name, route]];
    }),
  );
}
