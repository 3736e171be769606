import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { type IcapCertificates, type IcapServer, startIcapServer } from "../icap/server/server.ts";
import type { IcapOptions, IcapTimeouts } from "../icap/server/settings.ts";
import { ConfigError } from "./config/config-error.ts";
import type { IcapConfiguration } from "./config/config-types.ts";
import { besideConfiguration, type LoadedConfig, parseListen } from "./config/load.ts";
import { parseDuration } from "./config/units.ts";

/** What the ICAP door is given beside its configuration. */
export type IcapDoorParts = Pick<IcapOptions, "snapshot" | "spool" | "admission" | "onError">;

/** The open ICAP door; of the two URLs at least one is there. */
export interface IcapDoor {
  /** `icap://HOST:PORT` */
  readonly url: string | undefined;
  /** `icaps://HOST:PORT` */
  readonly tlsUrl: string | undefined;
  /** Reads the certificates that a new configuration names; gives what puts them in force. Throws `ConfigError`. */
  prepare(loaded: LoadedConfig): () => void;
  close(drainMs: number): Promise<void>;
}

/** Opens the listeners that `icap` names. Rejects where one cannot listen, and with `ConfigError` for a file that cannot be read. */
export async function openIcap(
  loaded: LoadedConfig,
  configuration: IcapConfiguration,
  parts: IcapDoorParts,
): Promise<IcapDoor> {
  const { listen, tls, connections = 4000, exchanges = 1000, preview = 4096, conformance = "usual" } = configuration;
  const options: IcapOptions = {
    ...parts,
    connections,
    exchanges,
    preview,
    conformance,
    timeouts: timeoutsOf(configuration),
    product: "Lazaret",
  };
  const secured = icapCertificates(loaded);
  const plain = tls !== undefined && tls.listen === undefined ? undefined : parseListen(listen);
  const servers: IcapServer[] = [];
  try {
    if (plain !== undefined) servers.push(await startIcapServer({ ...options, ...plain }));
    if (secured !== undefined)
      servers.push(await startIcapServer({ ...options, tls: secured, ...parseListen(tls?.listen ?? listen) }));
  } catch (error) {
    await Promise.all(servers.map(async (server) => await server.close(0)));
    throw error;
  }
  const urlOf = (scheme: string): string | undefined => servers.find(({ url }) => url.startsWith(scheme))?.url;
  return {
    url: urlOf("icap:"),
    tlsUrl: urlOf("icaps:"),
    prepare: (reloaded) => {
      const certificates = icapCertificates(reloaded);
      return () => {
        if (certificates !== undefined) for (const server of servers) server.renew(certificates);
      };
    },
    close: async (drainMs) => {
      await Promise.all(servers.map(async (server) => await server.close(drainMs)));
    },
  };
}

function timeoutsOf({ timeouts = {} }: IcapConfiguration): IcapTimeouts {
  const { idle = "5m", head = "10s", body = "30s", exchange = "5m" } = timeouts;
  return {
    idle: parseDuration(idle),
    head: parseDuration(head),
    body: parseDuration(body),
    exchange: parseDuration(exchange),
  };
}

/** The files that `icap.tls` names, for TLS. Throws `ConfigError` for one that cannot be read, and for what is no certificate with its key. */
export function icapCertificates(loaded: LoadedConfig): IcapCertificates | undefined {
  const { tls } = loaded.configuration.icap ?? {};
  if (tls === undefined) return undefined;
  const read = (name: string, path: string): Buffer => {
    const whole = besideConfiguration(loaded, path);
    try {
      return readFileSync(whole);
    } catch (error) {
      const message = `${whole} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      throw new ConfigError(loaded.file, [{ key: `icap.tls.${name}`, message }]);
    }
  };
  const certificates = {
    cert: read("certificate", tls.certificate),
    key: read("key", tls.key),
    ...(tls.clients === undefined ? {} : { ca: read("clients", tls.clients) }),
  };
  try {
    createSecureContext(certificates);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the certificate, its key and the authorities of clients do not go together: ${reason}`;
    throw new ConfigError(loaded.file, [{ key: "icap.tls", message }]);
  }
  return certificates;
}
