import { readFileSync } from "node:fs";
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
import { createTextStage } from "./inspect/text/stage.ts";

/** How long exchanges in flight may take to finish when Lazaret stops, in milliseconds. */
const DRAIN = 10_000;
const DEFAULT_LISTEN = "127.0.0.1:8080";

/** Every stage, in the order of their findings. A new stage is one line here. */
function createStages(): Stage[] {
  return [createHeadersStage(), createTextStage()];
}

/** The one inspector that all doors of a process share, under one configuration. */
export function composeInspector(loaded: LoadedConfig): Inspector {
  return createPipeline({
    decode,
    stages: createStages(),
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
  reload(loaded: LoadedConfig): void;
  close(): Promise<void>;
}

/** Opens every configured door. Rejects where one cannot listen or a file that the configuration names cannot be read. */
export async function startApp(loaded: LoadedConfig): Promise<RunningApp> {
  let snapshot = snapshotOf(loaded);
  const { host, port } = parseListen(loaded.configuration.listen ?? DEFAULT_LISTEN);
  const gateway: Gateway = await startGateway({ host, port, snapshot: () => snapshot });
  return {
    gatewayUrl: gateway.url,
    reload: (next) => {
      snapshot = snapshotOf(next);
    },
    close: async () => await gateway.close(DRAIN),
  };
}

function snapshotOf(loaded: LoadedConfig): GatewaySnapshot {
  return { inspector: composeInspector(loaded), vendors: vendorRoutes(loaded) };
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
