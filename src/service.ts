import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAdmin } from "./admin-door.ts";
import { openStore } from "./app.ts";
import { Admission } from "./bodies/admission.ts";
import type { ConfigProblem } from "./config/config-error.ts";
import { type LoadedConfig, parseListen } from "./config/load.ts";
import { type GatewayOptions, startGateway } from "./gateway/gateway.ts";
import type { Listener } from "./http/listener.ts";
import { type IcapDoor, openIcap } from "./icap-door.ts";
import { listening } from "./listening.ts";
import { type DoorUrls, type Peers, reloadAll } from "./peers.ts";
import { ReloadableCore } from "./reloadable-core.ts";
import type { Log } from "./telemetry/log.ts";
import { Metrics, type MetricsSnapshot } from "./telemetry/metrics.ts";

/** How long exchanges in flight may take to finish when Lazaret stops, in milliseconds. */
const DRAIN = 10_000;
const GATEWAY = "127.0.0.1:8080";
/** Bytes of bodies that are in memory for their inspection at one time, and how many may wait for room. */
const ROOM = 512 * 2 ** 20;
const LONGEST_LINE = 1000;
/** Where bodies wait that are too large to keep in memory while they arrive. */
const SPOOL = join(tmpdir(), "lazaret");

export interface ServiceOptions {
  /** Reads the configuration, at the start and at every reload. */
  readonly load: () => Promise<LoadedConfig>;
  readonly log: Log;
  /** Doors to open: all of them, unless several processes share the work. */
  readonly doors?: readonly Door[];
  /** The processes that share the work with this one, where there are some. */
  readonly peers?: Peers;
}

export type Door = "gateway" | "icap" | "admin";

/** Lazaret with every configured door open. */
export interface Service extends DoorUrls {
  /** What this process has counted. */
  metrics(): Promise<MetricsSnapshot>;
  /** Undefined where nobody asked for the admin listener and its usual port is taken. */
  readonly adminUrl: string | undefined;
  /** Puts the configuration as it now is in force, or says what is wrong with it; exchanges in flight finish under the one they began with. */
  reload(): Promise<readonly ConfigProblem[]>;
  close(): Promise<void>;
}

const ALL: readonly Door[] = ["gateway", "icap", "admin"];

/** Opens every configured door. Rejects where one cannot listen or something that the configuration names cannot be used. */
export async function startService({ load, log, doors = ALL, peers }: ServiceOptions): Promise<Service> {
  const loaded = await load();
  const metrics = new Metrics();
  const store = openStore(loaded);
  const core = new ReloadableCore(load, log, metrics, store, doors.includes("admin"));
  await core.use(loaded);
  const admission = new Admission(ROOM, LONGEST_LINE);
  const open: Closeable[] = [];
  const opened = <Opened extends Closeable | undefined>(door: Opened): Opened => {
    if (door !== undefined) open.push(door);
    return door;
  };
  const close = async (drain: number): Promise<void> => {
    await Promise.all(open.map(async (door) => await door.close(drain)));
    await core.close();
    await store.close();
  };
  try {
    const has = (door: Door): boolean => doors.includes(door);
    const gateway = has("gateway") ? opened(await openGateway(loaded, core, metrics, admission)) : undefined;
    const icap = has("icap") ? opened(await openConfiguredIcap(loaded, core, admission, log)) : undefined;
    const admin = has("admin") ? opened(await openAdmin(loaded, core, metrics, store, log, peers)) : undefined;
    // One process of several is enough to apply retention.
    if (has("admin")) applyRetention(store, log);
    return {
      gatewayUrl: gateway?.url ?? peers?.urls.gatewayUrl ?? "",
      icapUrl: icap?.url ?? peers?.urls.icapUrl,
      icapsUrl: icap?.tlsUrl ?? peers?.urls.icapsUrl,
      adminUrl: admin?.url,
      metrics: async () => await metrics.snapshot(),
      reload: async () => await reloadAll(core, peers),
      close: async () => await close(DRAIN),
    };
  } catch (error) {
    // One door that cannot open must not leave the process hanging with the others.
    await close(0);
    throw error;
  }
}

interface Closeable {
  close(drainMs: number): Promise<void>;
}

function applyRetention(store: ReturnType<typeof openStore>, log: Log): void {
  void store
    .recover()
    .then(async () => await store.sweep())
    .catch((error: unknown) => log.error({ error: String(error) }, "retention failed"));
}

async function openGateway(
  loaded: LoadedConfig,
  core: ReloadableCore,
  metrics: Metrics,
  admission: Admission,
): Promise<Listener> {
  const options: GatewayOptions = {
    ...parseListen(loaded.configuration.listen ?? GATEWAY),
    snapshot: () => core.current,
    spool: SPOOL,
    admission,
    onExchange: (ended) => metrics.request(ended),
    onUpstream: (vendor, seconds) => metrics.upstream(vendor, seconds),
  };
  return await listening(loaded.file, "listen", async () => await startGateway(options));
}

async function openConfiguredIcap(
  loaded: LoadedConfig,
  core: ReloadableCore,
  admission: Admission,
  log: Log,
): Promise<IcapDoor | undefined> {
  const { icap } = loaded.configuration;
  if (icap === undefined) return undefined;
  await core.refreshTag();
  const options: Parameters<typeof openIcap>[2] = {
    snapshot: () => ({
      inspector: core.current.icap,
      vendors: core.current.vendors,
      limits: core.current.loaded.defaultPolicy.limits,
      allow: core.current.loaded.configuration.icap?.allow ?? [],
      istag: core.istag,
    }),
    spool: SPOOL,
    admission,
    onError: (error) => log.error({ door: "icap", error: String(error) }, "the ICAP service failed"),
  };
  const door = await listening(loaded.file, "icap", async () => await openIcap(loaded, icap, options));
  core.follow((reloaded) => door.prepare(reloaded));
  return door;
}
