import { composePooledInspector } from "./app.ts";
import { ConfigError, type ConfigProblem } from "./config/config-error.ts";
import type { LoadedConfig } from "./config/load.ts";
import type { ComponentHealth } from "./core/health.ts";
import type { IncidentStore } from "./core/incident.ts";
import { rememberingInspector } from "./core/known-clean.ts";
import { recordingInspector } from "./core/recording.ts";
import type { Inspector } from "./core/verdict.ts";
import type { GatewaySnapshot } from "./gateway/settings.ts";
import { problemLine, RuleError } from "./inspect/rules/seclang/rule-error.ts";
import { SchemaError } from "./inspect/schema/schema-error.ts";
import { istagOf, policyDigest } from "./istag.ts";
import { recordedInspector } from "./learn/recorder.ts";
import { openRecorders } from "./recordings.ts";
import { type Log, loggingInspector } from "./telemetry/log.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import { vendorRoutes } from "./vendor-routes.ts";

/** Milliseconds after which engines are asked for their signatures again. */
const TAG_LIFE = 60_000;

/** What doors work from, under one configuration. */
export interface Snapshot extends GatewaySnapshot {
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
export class ReloadableCore {
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

  /** `speaks`: of several processes, the one that says what concerns all, such as what is odd about the rules. */
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
      if (this.#speaks) {
        this.#metrics.reload("accepted");
        this.#log.info(`${loaded.file}: reloaded`);
      }
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
