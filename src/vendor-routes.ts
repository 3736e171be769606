import { readFileSync } from "node:fs";
import { ConfigError } from "./config/config-error.ts";
import type { VendorConfiguration } from "./config/config-types.ts";
import { besideConfiguration, type LoadedConfig } from "./config/load.ts";
import { resolveTimeouts } from "./config/resolve.ts";
import type { VendorRoute } from "./gateway/settings.ts";

/** Every vendor of a configuration as the gateway fronts it. Throws `ConfigError` for a certificate file that cannot be read. */
export function vendorRoutes(loaded: LoadedConfig): ReadonlyMap<string, VendorRoute> {
  return new Map(
    Object.entries(loaded.configuration.vendors ?? {}).map(([name, vendor]) => [
      name,
      vendorRoute(name, vendor, loaded),
    ]),
  );
}

function vendorRoute(name: string, vendor: VendorConfiguration, loaded: LoadedConfig): VendorRoute {
  const { upstream, hosts = [], private: isPrivate = false, ca, cookies = "own" } = vendor;
  return {
    name,
    upstream: new URL(upstream),
    hosts: hosts.map((host) => host.toLowerCase()),
    private: isPrivate,
    cookies,
    upgrade: vendor.upgrade ?? false,
    rewriteUrls: vendor.rewriteUrls ?? "headers",
    timeouts: resolveTimeouts(loaded.configuration, vendor),
    limits: (loaded.policies.get(name) ?? loaded.defaultPolicy).limits,
    ...(ca === undefined ? {} : { ca: certificates(name, besideConfiguration(loaded, ca), loaded) }),
  };
}

function certificates(vendor: string, path: string, { file }: LoadedConfig): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const message = `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new ConfigError(file, [{ key: `vendors.${vendor}.ca`, message }]);
  }
}
