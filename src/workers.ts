import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import type { ConfigProblem } from "./config/config-error.ts";
import { loadPacks } from "./packs.ts";
import type { DoorUrls, Peers } from "./peers.ts";
import { type Service, type ServiceOptions, startService } from "./service.ts";
import { addedUp, type MetricsSnapshot } from "./telemetry/metrics.ts";

/** What a worker process tells the primary, and answers it. */
type FromWorker =
  | { readonly kind: "ready"; readonly urls: DoorUrls }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "metrics"; readonly id: number; readonly metrics: MetricsSnapshot }
  | { readonly kind: "reloaded"; readonly id: number; readonly problems: readonly ConfigProblem[] };

interface ToWorker {
  readonly kind: "metrics" | "reload";
  readonly id: number;
}

/** Milliseconds before a worker that ended is replaced; twice as long, up to a longest, after each that could not start. */
const PAUSE = 500;
const LONGEST_PAUSE = 8000;
/** Milliseconds within which a worker answers, or is left out. */
const ANSWER = 10_000;

/** Whether this process is one of several that share the gateway's port. */
export function isWorkerProcess(): boolean {
  return cluster.isWorker;
}

/** How many processes `workers` asks for. */
export function workerCount(workers: number | string | undefined): number {
  return workers === "auto" ? availableParallelism() : Number(workers ?? 1);
}

/**
 * Starts worker processes that share the gateway's port, and opens the admin listener here. A worker that ends is replaced.
 * Rejects where a worker cannot start.
 */
export async function startCluster(count: number, options: ServiceOptions): Promise<Service> {
  // What is wrong with the rules is said once, here, with all that a worker's message would lose.
  await loadPacks(await options.load());
  const crew = new Crew(options);
  try {
    const urls = await crew.start(count);
    const peers: Peers = {
      urls,
      metrics: async () => await crew.metrics(),
      reload: async () => await crew.reload(),
    };
    const service = await startService({ ...options, doors: ["admin"], peers });
    return {
      ...service,
      close: async () => {
        await crew.stop();
        await service.close();
      },
    };
  } catch (error) {
    await crew.stop();
    throw error;
  }
}

/** The worker processes of a primary. */
class Crew {
  readonly #options: ServiceOptions;
  /** What each worker last said that it had counted, and together what those had that ended: counters never fall. */
  readonly #counted = new Map<Worker, MetricsSnapshot>();
  #ended: Promise<MetricsSnapshot> = Promise.resolve([]);
  /** Those that serve, and so can answer. */
  readonly #ready = new Set<Worker>();
  #stopping = false;
  #asked = 0;
  #reloads = 0;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  async start(count: number): Promise<DoorUrls> {
    const [urls] = await Promise.all(Array.from({ length: count }, async () => await this.#fork()));
    return urls ?? { gatewayUrl: "", icapUrl: undefined, icapsUrl: undefined };
  }

  async #fork(): Promise<DoorUrls> {
    const worker = cluster.fork();
    const reloads = this.#reloads;
    // Such as a message that reaches it no more; its end is what counts.
    worker.on("error", () => {});
    worker.once("exit", (code, signal) => {
      this.#keepCounted(worker);
      if (!this.#ready.delete(worker) || this.#stopping) return;
      this.#options.log.error({ code, signal }, "a worker process ended; another takes its place");
      this.#replace(PAUSE);
    });
    return await new Promise<DoorUrls>((resolve, reject) => {
      worker.once("exit", () => reject(new Error("a worker process ended before it was ready")));
      worker.once("message", (message: FromWorker) => {
        if (message.kind === "failed") reject(new Error(message.message));
        if (message.kind !== "ready") return;
        this.#ready.add(worker);
        // It may have read what was in force before.
        if (reloads !== this.#reloads) void this.#ask(worker, "reload");
        resolve(message.urls);
      });
    });
  }

  /** Starts another worker after a while, and again for as long as none can start: the configuration may be broken just now. */
  #replace(pause: number): void {
    setTimeout(() => {
      if (this.#stopping) return;
      const { log } = this.#options;
      this.#fork()
        .then(() => log.info("a worker process took the place of one that ended"))
        .catch((error: unknown) => {
          if (this.#stopping) return;
          log.error({ error: String(error) }, "a worker process could not start; it is tried again");
          this.#replace(Math.min(2 * pause, LONGEST_PAUSE));
        });
    }, pause);
  }

  /** What each worker has counted, and those that ended had when they were last asked. */
  async metrics(): Promise<readonly MetricsSnapshot[]> {
    await Promise.all(
      [...this.#ready].map(async (worker) => {
        const answer = await this.#ask(worker, "metrics");
        // One that ended meanwhile is among those that did.
        if (answer?.kind === "metrics" && this.#ready.has(worker)) this.#counted.set(worker, answer.metrics);
      }),
    );
    return [await this.#ended, ...this.#counted.values()];
  }

  #keepCounted(worker: Worker): void {
    const counted = this.#counted.get(worker);
    this.#counted.delete(worker);
    if (counted !== undefined) this.#ended = this.#ended.then(async (ended) => await addedUp([ended, counted]));
  }

  async reload(): Promise<readonly ConfigProblem[]> {
    this.#reloads++;
    const answers = await Promise.all([...this.#ready].map(async (worker) => await this.#ask(worker, "reload")));
    return answers.flatMap((answer) => (answer?.kind === "reloaded" ? answer.problems : []));
  }

  async #ask(worker: Worker, kind: ToWorker["kind"]): Promise<FromWorker | undefined> {
    return await askWorker(worker, { kind, id: ++this.#asked });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      this.#workers().map(async (worker) => {
        const ended = once(worker, "exit");
        worker.process.kill("SIGTERM");
        await ended;
      }),
    );
  }

  #workers(): readonly Worker[] {
    return Object.values(cluster.workers ?? {}).flatMap((worker) =>
      worker === undefined || worker.isDead() ? [] : [worker],
    );
  }
}

/** A worker's answer, or undefined where it ends or does not answer in time. */
async function askWorker(worker: Worker, question: ToWorker): Promise<FromWorker | undefined> {
  return await new Promise((resolve) => {
    const settle = (answer: FromWorker | undefined): void => {
      clearTimeout(timer);
      worker.off("message", listen);
      worker.off("exit", gone);
      resolve(answer);
    };
    const listen = (message: FromWorker): void => {
      if ("id" in message && message.id === question.id) settle(message);
    };
    const gone = (): void => settle(undefined);
    const timer = setTimeout(gone, ANSWER);
    worker.on("message", listen);
    worker.once("exit", gone);
    worker.send(question);
  });
}

/** Runs the gateway and the ICAP service in a worker process until the primary or a signal ends it. */
export async function runWorker(options: ServiceOptions): Promise<void> {
  let service: Service;
  try {
    service = await startService({ ...options, doors: ["gateway", "icap"] });
  } catch (error) {
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
  process.on("message", ({ kind, id }: ToWorker) => {
    if (kind === "metrics") void service.metrics().then((metrics) => tell({ kind, id, metrics }));
    else void service.reload().then((problems) => tell({ kind: "reloaded", id, problems }));
  });
  let closing = false;
  const close = (): void => {
    if (closing) return;
    closing = true;
    void service.close().then(() => process.exit(0));
  };
  // A terminal's interrupt reaches every process of its group; the primary tells when to end.
  process.on("SIGINT", () => {});
  process.once("SIGTERM", close);
  process.once("disconnect", close);
  const { gatewayUrl, icapUrl, icapsUrl } = service;
  tell({ kind: "ready", urls: { gatewayUrl, icapUrl, icapsUrl } });
}

function tell(message: FromWorker): void {
  process.send?.(message);
}
