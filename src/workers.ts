import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import type { ConfigProblem } from "./config/config-error.ts";
import { loadPacks } from "./packs.ts";
import type { DoorUrls, Peers } from "./peers.ts";
import { type Service, type ServiceOptions, startService } from "./service.ts";
import type { MetricsSnapshot } from "./telemetry/metrics.ts";

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

/** Milliseconds before a worker that ended is replaced, so that one that cannot start does not spin. */
const PAUSE = 500;
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
  #stopping = false;
  #asked = 0;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  async start(count: number): Promise<DoorUrls> {
    const [urls] = await Promise.all(Array.from({ length: count }, async () => await this.#fork()));
    return urls ?? { gatewayUrl: "", icapUrl: undefined, icapsUrl: undefined };
  }

  async #fork(): Promise<DoorUrls> {
    const worker = cluster.fork();
    let isReady = false;
    worker.once("exit", (code, signal) => {
      if (this.#stopping || !isReady) return;
      this.#options.log.error({ code, signal }, "a worker process ended; another takes its place");
      setTimeout(() => void this.#fork().catch(() => {}), PAUSE);
    });
    return await new Promise<DoorUrls>((resolve, reject) => {
      worker.once("exit", () => reject(new Error("a worker process ended before it was ready")));
      worker.once("message", (message: FromWorker) => {
        if (message.kind === "failed") reject(new Error(message.message));
        if (message.kind !== "ready") return;
        isReady = true;
        resolve(message.urls);
      });
    });
  }

  async metrics(): Promise<readonly MetricsSnapshot[]> {
    const answers = await this.#ask("metrics");
    return answers.flatMap((answer) => (answer?.kind === "metrics" ? [answer.metrics] : []));
  }

  async reload(): Promise<readonly ConfigProblem[]> {
    const answers = await this.#ask("reload");
    return answers.flatMap((answer) => (answer?.kind === "reloaded" ? answer.problems : []));
  }

  async #ask(kind: ToWorker["kind"]): Promise<readonly (FromWorker | undefined)[]> {
    const id = ++this.#asked;
    return await Promise.all(this.#workers().map(async (worker) => await askWorker(worker, { kind, id })));
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
