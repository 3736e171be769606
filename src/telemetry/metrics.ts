import {
  AggregatorRegistry,
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from "prom-client";
import type { ComponentHealth } from "../core/health.ts";
import type { Inspector, Verdict } from "../core/verdict.ts";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Plain data that travels between processes. */
export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

/** What several processes have counted, as if one had. */
export async function addedUp(snapshots: MetricsSnapshot[]): Promise<MetricsSnapshot> {
  return await AggregatorRegistry.aggregate(snapshots).getMetricsAsJSON();
}

/** Vendors, verdicts, categories and stages as labels; never a path or an id, so that the number of series stays bounded. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<"vendor" | "status">;
  readonly #upstream: Histogram<"vendor">;
  readonly #verdicts: Counter<"vendor" | "verdict" | "door">;
  readonly #findings: Counter<"vendor" | "category" | "action">;
  readonly #drift: Counter<"vendor" | "kind">;
  readonly #uninspected: Counter<"vendor" | "category">;
  readonly #bytes: Counter<"vendor">;
  readonly #durations: Histogram<"stage">;
  readonly #stageErrors: Counter<"stage">;
  readonly #reloads: Counter<"result">;
  readonly #storeErrors: Counter;
  readonly #components: Gauge<"component">;

  constructor() {
    const registers = [this.#registry];
    this.#requests = new Histogram({
      name: "http_server_request_duration_seconds",
      help: "Time from a request's arrival at the gateway to the end of its answer.",
      labelNames: ["vendor", "status"],
      buckets: SECONDS,
      registers,
    });
    this.#upstream = new Histogram({
      name: "http_client_request_duration_seconds",
      help: "Time from a request's arrival to the first header of the vendor's response.",
      labelNames: ["vendor"],
      buckets: SECONDS,
      registers,
    });
    this.#verdicts = new Counter({
      name: "lazaret_verdicts_total",
      help: "Inspected responses, or records of streams, by verdict.",
      labelNames: ["vendor", "verdict", "door"],
      registers,
    });
    this.#findings = new Counter({
      name: "lazaret_findings_total",
      help: "Findings by category and action.",
      labelNames: ["vendor", "category", "action"],
      registers,
    });
    this.#drift = new Counter({
      name: "lazaret_schema_drift_total",
      help: "Responses that differ from what the schemas declare, by kind of difference.",
      labelNames: ["vendor", "kind"],
      registers,
    });
    this.#uninspected = new Counter({
      name: "lazaret_uninspected_total",
      help: "Findings about what could not be inspected, by category.",
      labelNames: ["vendor", "category"],
      registers,
    });
    this.#bytes = new Counter({
      name: "lazaret_inspected_bytes_total",
      help: "Bytes of bodies as they came.",
      labelNames: ["vendor"],
      registers,
    });
    this.#durations = new Histogram({
      name: "lazaret_inspection_duration_seconds",
      help: "Time that a stage took for one response.",
      labelNames: ["stage"],
      buckets: SECONDS,
      registers,
    });
    this.#stageErrors = new Counter({
      name: "lazaret_stage_errors_total",
      help: "Stages that failed.",
      labelNames: ["stage"],
      registers,
    });
    this.#reloads = new Counter({
      name: "lazaret_config_reloads_total",
      help: "Reloads of the configuration by result.",
      labelNames: ["result"],
      registers,
    });
    this.#storeErrors = new Counter({
      name: "lazaret_store_errors_total",
      help: "Incidents that could not be recorded.",
      registers,
    });
    this.#components = new Gauge({
      name: "lazaret_component_up",
      help: "Whether an engine or store can be reached.",
      labelNames: ["component"],
      registers,
    });
  }

  request({ vendor, status, seconds }: { vendor: string; status: number; seconds: number }): void {
    this.#requests.observe({ vendor, status: String(status) }, seconds);
  }

  upstream(vendor: string, seconds: number): void {
    this.#upstream.observe({ vendor }, seconds);
  }

  stage({ stage, elapsedMs, failed }: { stage: string; elapsedMs: number; failed: boolean }): void {
    this.#durations.observe({ stage }, elapsedMs / 1000);
    if (failed) this.#stageErrors.inc({ stage });
  }

  reload(result: "accepted" | "refused"): void {
    this.#reloads.inc({ result });
  }

  storeError(): void {
    this.#storeErrors.inc();
  }

  /** An inspector whose verdicts are counted. */
  counted(inspector: Inspector, door: string): Inspector {
    return {
      inspect: async (exchange) => {
        const verdict = await inspector.inspect(exchange);
        this.#count(verdict, exchange.vendor ?? "", door);
        this.#bytes.inc({ vendor: exchange.vendor ?? "" }, exchange.body.length);
        return verdict;
      },
    };
  }

  #count({ verdict, findings }: Verdict, vendor: string, door: string): void {
    this.#verdicts.inc({ vendor, verdict, door });
    for (const kind of new Set(findings.flatMap(({ difference }) => difference?.kind ?? [])))
      this.#drift.inc({ vendor, kind });
    for (const { category, action } of findings) {
      this.#findings.inc({ vendor, category, action });
      if (category === "unscannable" || category === "limits") this.#uninspected.inc({ vendor, category });
    }
  }

  /** What this process has counted, to be added up with that of others. */
  async snapshot(): Promise<MetricsSnapshot> {
    return await this.#registry.getMetricsAsJSON();
  }

  /** All of it, and what other processes counted, in Prometheus' text format. */
  async text(components: readonly ComponentHealth[], others: readonly MetricsSnapshot[]): Promise<string> {
    for (const { name, state } of components) this.#components.set({ component: name }, state === "up" ? 1 : 0);
    if (others.length === 0) return await this.#registry.metrics();
    return await AggregatorRegistry.aggregate([await this.snapshot(), ...others]).metrics();
  }

  /** Media type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }
}
