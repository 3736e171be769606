import { readFile } from "node:fs/promises";
import { dirname, resolve as resolvePath } from "node:path";
import ipaddr from "ipaddr.js";
import { isLoopbackAddress } from "../core/internal-host.ts";
import type { Policy } from "../core/policy.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import type { Configuration } from "./config-types.ts";
import { type Environment, parseConfig } from "./parse.ts";
import { resolvePolicy } from "./resolve.ts";

/** A configuration that has been validated, with every policy resolved. */
export interface LoadedConfig {
  /** File it came from, or a name for what has none; for messages. */
  readonly file: string;
  readonly configuration: Configuration;
  /** The policy of each vendor by name. */
  readonly policies: ReadonlyMap<string, Policy>;
  readonly defaultPolicy: Policy;
}

/** A path of a configuration, which relative ones start from the folder of its file. */
export function besideConfiguration({ file }: LoadedConfig, path: string): string {
  return resolvePath(dirname(file), path);
}

/** Loads a configuration file. Throws `ConfigError`. */
export async function loadConfigFile(file: string, env: Environment): Promise<LoadedConfig> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const reason =
      error instanceof Error && "code" in error && error.code === "ENOENT" ? "there is no such file" : String(error);
    throw new ConfigError(file, [{ key: "", message: `cannot be read: ${reason}` }]);
  }
  return loadConfigText(text, file, env);
}

/** Loads a configuration from YAML or JSON text. Throws `ConfigError`. */
export function loadConfigText(text: string, file: string, env: Environment): LoadedConfig {
  return resolveConfig(parseConfig(text, file, env), file);
}

/** Resolves every policy of a configuration that was validated. Throws `ConfigError`. */
export function resolveConfig(configuration: Configuration, file: string): LoadedConfig {
  const problems: ConfigProblem[] = [];
  const resolve = (vendor: string | undefined): Policy | undefined => {
    try {
      return resolvePolicy(configuration, vendor);
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
      problems.push({ key: vendor === undefined ? "policy" : `vendors.${vendor}`, message: error.message });
      return undefined;
    }
  };
  const defaultPolicy = resolve(undefined);
  const policies = new Map<string, Policy>();
  for (const [name, vendor] of Object.entries(configuration.vendors ?? {})) {
    const policy = resolve(name);
    if (policy !== undefined) policies.set(name, policy);
    const problem = upstreamProblem(vendor.upstream, vendor.insecure ?? false);
    if (problem !== undefined) problems.push({ key: `vendors.${name}.upstream`, message: problem });
  }
  problems.push(...hostProblems(configuration), ...listenerProblems(configuration));
  for (const key of ["clients", "icap"] as const) problems.push(...networkProblems(key, configuration[key]?.allow));
  if (defaultPolicy === undefined || problems.length > 0) throw new ConfigError(file, problems);
  return { file, configuration, policies, defaultPolicy };
}

function networkProblems(key: string, networks: readonly string[] = []): ConfigProblem[] {
  return networks.flatMap((network, i) =>
    ipaddr.isValid(network) || ipaddr.isValidCIDR(network)
      ? []
      : [
          {
            key: `${key}.allow.${i}`,
            message: `expected an address or network such as 10.0.0.0/8, not "${network}"`,
          },
        ],
  );
}

/** A host name chooses one vendor. */
function hostProblems({ vendors = {} }: Configuration): ConfigProblem[] {
  const owners = new Map<string, string>();
  return Object.entries(vendors).flatMap(([name, { hosts = [] }]) =>
    hosts.flatMap((host, i) => {
      const owner = owners.get(host.toLowerCase());
      owners.set(host.toLowerCase(), owner ?? name);
      return owner === undefined || owner === name
        ? []
        : [{ key: `vendors.${name}.hosts.${i}`, message: `${host} chooses ${owner} already; leave it out of one` }];
    }),
  );
}

function listenerProblems({ listen, icap, admin }: Configuration): ConfigProblem[] {
  const listeners = {
    listen,
    "icap.listen": icap?.listen,
    "icap.tls.listen": icap?.tls?.listen,
    "admin.listen": admin?.listen,
  };
  const ports = Object.entries(listeners).flatMap(([key, address]) =>
    address === undefined || parseListen(address).port < 65_536
      ? []
      : [{ key, message: `${address}: expected a port of at most 65535` }],
  );
  const { host } = parseListen(admin?.listen ?? "");
  if (admin?.token !== undefined || isLoopbackAddress(host) || host === "localhost") return ports;
  return [...ports, { key: "admin.listen", message: `${host} is not loopback, so admin.token is needed` }];
}

function upstreamProblem(upstream: string, insecure: boolean): string | undefined {
  const url = URL.parse(upstream);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    return `expected an origin such as https://api.acme.example, not "${upstream}"`;
  if (url.protocol === "http:" && !insecure) return `plain http is refused: use https, or say "insecure: true"`;
  return undefined;
}

/** `127.0.0.1:8080` or `[::1]:8080`, as the configuration's schema has checked it. */
export function parseListen(listen: string): { readonly host: string; readonly port: number } {
  const [, host = "127.0.0.1", port = "0"] = /^(?:\[?([^\]]+?)\]?:)?(\d+)$/.exec(listen) ?? [];
  return { host, port: Number(port) };
}
