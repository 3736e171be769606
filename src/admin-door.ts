import { type AdminOptions, startAdmin } from "./admin/admin.ts";
import type { AdminServices } from "./admin/services.ts";
import { type LoadedConfig, parseListen } from "./config/load.ts";
import type { DriftStore } from "./core/drift.ts";
import type { IncidentStore } from "./core/incident.ts";
import type { Listener } from "./http/listener.ts";
import { isTaken, listening } from "./listening.ts";
import { type Peers, reloadAll } from "./peers.ts";
import type { ReloadableCore } from "./reloadable-core.ts";
import type { Log } from "./telemetry/log.ts";
import type { Metrics } from "./telemetry/metrics.ts";

const ADMIN = "127.0.0.1:9090";

/** Opens the admin listener; undefined where nobody asked for one and its usual port is taken. */
export async function openAdmin(
  loaded: LoadedConfig,
  core: ReloadableCore,
  metrics: Metrics,
  store: IncidentStore & DriftStore,
  log: Log,
  peers: Peers | undefined,
): Promise<Listener | undefined> {
  const { admin } = loaded.configuration;
  const { host, port } = parseListen(admin?.listen ?? ADMIN);
  const options: AdminOptions = {
    host,
    port,
    token: admin?.token,
    services: adminServices(core, metrics, store, store, peers),
    onError: (error) => log.error({ error: String(error) }, "the admin listener failed"),
  };
  try {
    return await listening(loaded.file, "admin.listen", async () => await startAdmin(options));
  } catch (error) {
    if (admin?.listen !== undefined || !isTaken(error)) throw error;
    log.warn(`no admin listener: ${ADMIN} is taken; set admin.listen to another address`);
    return undefined;
  }
}

function adminServices(
  core: ReloadableCore,
  metrics: Metrics,
  incidents: IncidentStore,
  drift: DriftStore,
  peers: Peers | undefined,
): AdminServices {
  const policyOf = (vendor: string | undefined) => {
    const { policies, defaultPolicy } = core.current.loaded;
    return (vendor === undefined ? undefined : policies.get(vendor)) ?? defaultPolicy;
  };
  return {
    inspector: () => core.current.rest,
    incidents,
    drift,
    vendors: () =>
      [...core.current.vendors.values()].map(({ name, upstream }) => {
        const { mode, rules } = policyOf(name);
        return { name, upstream: upstream.href, mode, packs: rules.packs };
      }),
    longestBody: (vendor) => policyOf(vendor).limits.body,
    health: async () => await core.health(),
    metrics: async () => ({
      contentType: metrics.contentType,
      text: await metrics.text(await core.health(), (await peers?.metrics()) ?? []),
    }),
    reload: async () => await reloadAll(core, peers),
  };
}
