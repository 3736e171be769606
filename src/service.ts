import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AdminOptions, startAdmin } from "./admin/admin.ts";
import type { AdminServices } from "./admin/services.ts";
import { composePooledInspector, openStore } from "./app.ts";
import { Admission } from "./bodies/admission.ts";
import { ConfigError, type ConfigProblem } from "./config/config-error.ts";
import { type LoadedConfig, parseListen } from "./config/load.ts";
import type { ComponentHealth } from "./core/health.ts";
import type { DriftStore } from "./core/drift.ts";
import type { IncidentStore } from "./core/incident.ts";
import { rememberingInspector } from "./core/known-clean.ts";
import { SchemaError } from "./inspect/schema/schema-error.ts";
import { problemLine, RuleError } from "./inspect/rules/seclang/rule-error.ts";
import { recordingInspector } from "./core/recording.ts";
import { recordedInspector } from "./learn/recorder.ts";
import { openRecorders } from "./recordings.ts";
import type { Inspector } from "./core/verdict.ts";
import { type GatewayOptions, startGateway } from "./gateway/gateway.ts";
import type { GatewaySnapshot } from "./gateway/settings.ts";
import type { Listener } from "./http/listener.ts";
import { type IcapDoor, openIcap } from "./icap-door.ts";
import { istagOf, policyDigest } from "./istag.ts";
import { isTaken, listening } from "./listening.ts";
import { type Log, loggingInspector } from "./telemetry/log.ts";
import { Metrics, type MetricsSnapshot } from "./telemetry/metrics.ts";
import { vendorRoutes } from "./vendor-routes.ts";

/** How long exchanges in flight may take to finish when Lazaret stops, in milliseconds. */
const DRAIN = 10_000;
/** Milliseconds after which engines are asked for their signatures again. */
const TAG_LIFE = 60_000;
const GATEWAY = "127.0.0.1:8080";
const ADMIN = "127.0.0.1:9090";
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

/** Other processes under the same configuration. */
export interface Peers {
  readonly urls: DoorUrls;
  metrics(): Promise<readonly MetricsSnapshot[]>;
  /** Has them read the configuration again; gives what any of them refused. */
  reload(): Promise<readonly ConfigProblem[]>;
}

/** Where doors that several processes may share can be reached. */
export interface DoorUrls {
  readonly gatewayUrl: string;
  /** Undefined where there is no ICAP service, or none without TLS. */
  readonly icapUrl: string | undefined;
  /** The ICAP service over TLS. */
  readonly icapsUrl: string | undefined;
}

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

/** What this process refuses, the others are not asked to take. */
async function reloadAll(core: ReloadableCore, peers: Peers | undefined): Promise<readonly ConfigProblem[]> {
  const problems = await core.reload();
  return problems.length > 0 || peers === undefined ? problems : await peers.reload();
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

/** What doors work from, under one configuration. */
interface Snapshot extends GatewaySnapshot {
  readonly loaded: LoadedConfig;
  readonly pooled: Awaited<ReturnType<typeof composePooledInspector>>;
  readonly rest: Inspector;
  readonly icap: Inspector;
  readonly recordings: ReturnType<typeof openRecorders>;
  /** Of all in the configuration that verdicts depend on. */
  readonly digest: string;
}

/** What a door makes of a new configuration: throws `ConfigError` where it cannot, else gives what puts it in force. */
type Follower = (loaded: LoadedConfig) => () => void;

/** The configuration in force, and how it is replaced. */
class ReloadableCore {
  readonly #load: () => Promise<LoadedConfig>;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #store: IncidentStore;
  readonly #speaks: boolean;
  readonly #followers: Follower[] = [];
  #current: Snapshot | undefined;
  #reloads: Promise<readonly ConfigProblem[]> = Promise.resolve([]);
  #istag = "";
  #tagTimer: NodeJS.Timeout | undefined;

  /** `speaks`: of several processes, the one that says what is odd about the rules. */
  constructor(load: () => Promise<LoadedConfig>, log: Log, metrics: Metrics, store: IncidentStore, speaks: boolean) {
    this.#speaks = speaks;
    this.#load = load;
    this.#log = log;
    this.#metrics = metrics;
    this.#store = store;
  }

  get current(): Snapshot {
    if (this.#current === undefined) throw new Error("no configuration is in force yet");
    return this.#current;
  }

  async use(loaded: LoadedConfig): Promise<void> {
    const vendors = vendorRoutes(loaded);
    const pooled = await composePooledInspector(loaded, (timing) => this.#metrics.stage(timing));
    if (this.#speaks) this.#sayWhatIsOdd(pooled);
    const { allow = [], token } = loaded.configuration.clients ?? {};
    const remembering = rememberingInspector(pooled, () => Date.now());
    const digest = loaded.configuration.icap === undefined ? "" : policyDigest(loaded);
    const istag = this.#tagTimer === undefined ? "" : istagOf(digest, await pooled.health());
    const former = this.#current;
    const failed = (error: unknown): void =>
      this.#log.error({ error: String(error) }, "a response could not be recorded");
    const recordings = openRecorders(loaded, failed);
    this.#current = {
      loaded,
      pooled,
      recordings,
      inspector: this.#watched(recordedInspector(remembering, recordings.recorders, failed), "gateway"),
      rest: this.#watched(remembering, "rest"),
      icap: this.#watched(remembering, "icap"),
      digest,
      clients: { allow, token },
      vendors,
    };
    this.#istag = istag;
    await former?.recordings.close();
    await former?.pooled.close();
  }

  /** Asks this one too about each new configuration. */
  follow(follower: Follower): void {
    this.#followers.push(follower);
  }

  /** The ISTag in force; `refreshTag` has to have been awaited once. */
  get istag(): string {
    return this.#istag;
  }

  /** Makes the ISTag anew, and from now on every minute: signatures are updated while nothing else changes. */
  async refreshTag(): Promise<void> {
    const { digest, pooled } = this.current;
    this.#istag = istagOf(digest, await pooled.health());
    this.#tagTimer ??= setInterval(() => void this.refreshTag().catch(() => {}), TAG_LIFE).unref();
  }

  /** One reload after the other; each reads the configuration as it is then. */
  async reload(): Promise<readonly ConfigProblem[]> {
    this.#reloads = this.#reloads.then(async () => await this.#reload());
    return await this.#reloads;
  }

  async #reload(): Promise<readonly ConfigProblem[]> {
    try {
      const loaded = await this.#load();
      const prepared = this.#followers.map((follower) => follower(loaded));
      await this.use(loaded);
      for (const putInForce of prepared) putInForce();
      this.#metrics.reload("accepted");
      this.#log.info(`${loaded.file}: reloaded`);
      return [];
    } catch (error) {
      const problems = problemsOf(error);
      this.#metrics.reload("refused");
      for (const { line, key, message } of problems)
        this.#log.error({ line, key: key === "" ? undefined : key }, `not reloaded: ${message}`);
      return problems;
    }
  }

  async close(): Promise<void> {
    await this.#reloads;
    clearInterval(this.#tagTimer);
    await this.#current?.recordings.close();
    await this.#current?.pooled.close();
  }

  async health(): Promise<ComponentHealth[]> {
    const { policies, defaultPolicy } = this.current.loaded;
    const packs = new Set([defaultPolicy, ...policies.values()].flatMap(({ rules }) => rules.packs));
    return [
      { name: "rules", state: "up", required: true, detail: `packs ${[...packs].join(", ") || "none"}` },
      ...(await this.current.pooled.health()),
      await storeHealth(this.#store),
    ];
  }

  #sayWhatIsOdd({ warnings, repairs }: Awaited<ReturnType<typeof composePooledInspector>>): void {
    for (const warning of warnings) this.#log.warn(`rules: ${problemLine(warning)}`);
    for (const [vendor, lines] of repairs)
      for (const line of lines) this.#log.warn(`schemas of ${vendor}, leniently imported: ${line}`);
  }

  #watched(inspector: Inspector, door: string): Inspector {
    const recording = recordingInspector(inspector, this.#store, door, (error) => {
      this.#metrics.storeError();
      this.#log.error({ door, error: String(error) }, "an incident could not be recorded");
    });
    return loggingInspector(this.#metrics.counted(recording, door), this.#log, door);
  }
}

async function storeHealth(store: IncidentStore): Promise<ComponentHealth> {
  try {
    await store.list({ limit: 1 });
    return { name: "store", state: "up", required: true, detail: "incidents can be read" };
  } catch (error) {
    return { name: "store", state: "down", required: true, detail: String(error) };
  }
}

function problemsOf(error: unknown): readonly ConfigProblem[] {
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof RuleError)
    return error.problems.map((problem) => ({ key: "rules.packs", message: problemLine(problem) }));
  if (error instanceof SchemaError) return error.message.split("\n").map((message) => ({ key: "vendors", message }));
  return [{ key: "", message: error instanceof Error ? error.message : String(error) }];
}

async function openAdmin(
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
