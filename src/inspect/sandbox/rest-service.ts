import { createHash } from "node:crypto";
import type { ComponentHealth } from "../../core/health.ts";
import type { SandboxService } from "../../core/sandbox-policy.ts";
import { VerdictCache } from "../verdict-cache.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { answerTo, NoAnswer, type Patience, pause, type Values } from "./http.ts";
import { valueAt } from "./json-pointer.ts";
import { holds, judge } from "./judge.ts";

/** What a service says of some content. Whatever is not an explicit answer is `failed`. */
export type ServiceAnswer =
  | { readonly kind: "clean" }
  | { readonly kind: "malicious"; readonly names: readonly string[] }
  /** The content as the service disarmed it. */
  | { readonly kind: "replaced"; readonly bytes: Uint8Array }
  | { readonly kind: "failed"; readonly reason: string };

/** Bytes of a reply in JSON. */
const LONGEST_REPLY = 8 * 2 ** 20;
/** Bytes that content may grow by when it is disarmed, beyond twice its size. */
const SLACK = 2 ** 20;
const LONGEST_VALUE = 512;
/** Milliseconds within which a service that works answers something. */
const FAIR = 1000;
/** Milliseconds for a probe. */
const PROBE = 5000;

/** An external service behind REST: submits content, waits for its verdict, and fetches what it made of the content. */
export class RestService {
  readonly settings: SandboxService;
  readonly #breaker: CircuitBreaker;
  readonly #cache: VerdictCache<ServiceAnswer>;

  /** `now` is a monotonic clock in milliseconds. */
  constructor(settings: SandboxService, now: () => number) {
    this.settings = settings;
    this.#breaker = new CircuitBreaker(settings.breaker.failures, settings.breaker.pause, now);
    this.#cache = new VerdictCache(now);
  }

  /** Asks about content, for at most so many milliseconds. */
  async ask(bytes: Uint8Array, milliseconds: number): Promise<ServiceAnswer> {
    const sha256 = digestOf(bytes);
    const known = this.#cache.get(sha256);
    if (known !== undefined) return known;
    if (!this.#breaker.admits()) return { kind: "failed", reason: "it failed too often of late and is left alone" };
    const allowed = Math.max(1, Math.floor(Math.min(this.settings.deadline, milliseconds)));
    try {
      const signal = AbortSignal.timeout(allowed);
      const answer = await this.#asked(bytes, sha256, { retries: this.settings.retries, signal });
      this.#breaker.succeeded();
      this.#remember(sha256, answer);
      return answer;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      // What it cannot judge it has answered all the same.
      if (!error.isOutage) this.#breaker.succeeded();
      // Who had no time cannot be blamed for it.
      else if (allowed >= FAIR) this.#breaker.failed();
      return { kind: "failed", reason: error.message };
    }
  }

  /** What the service made itself is what it has nothing to say against: services make other bytes of the same content each time. */
  #remember(sha256: string, answer: ServiceAnswer): void {
    this.#cache.set(sha256, answer);
    if (answer.kind === "replaced") this.#cache.set(digestOf(answer.bytes), { kind: "clean" });
  }

  async #asked(bytes: Uint8Array, sha256: string, patience: Patience): Promise<ServiceAnswer> {
    const { poll, report, verdict } = this.settings;
    const submitted = await this.#submitted(bytes, sha256, patience);
    const last = poll === undefined ? submitted.reply : await this.#polled(poll, submitted.values, patience);
    const said = report === undefined ? last : await json(report, submitted.values, patience);
    const judgement = judge(verdict, said);
    if (judgement.kind === "malicious") return judgement;
    if (judgement.kind === "unclear") throw new NoAnswer("its verdict is neither clean nor malicious");
    return await this.#fetched(bytes, said, submitted.values, patience);
  }

  async #submitted(
    bytes: Uint8Array,
    sha256: string,
    patience: Patience,
  ): Promise<{ readonly reply: unknown; readonly values: Values }> {
    const { submit } = this.settings;
    const known = new Map([["sha256", sha256]]);
    const body = submit.body === "raw" ? bytes : formOf(bytes, submit.body);
    const content = await answerTo({ request: submit, values: known, body, most: LONGEST_REPLY }, patience);
    const reply = parsed(content);
    const values = Object.entries(submit.values).map(([name, pointer]): [string, string] => {
      const value = valueAt(reply, pointer);
      if ((typeof value !== "string" && typeof value !== "number") || String(value).length > LONGEST_VALUE)
        throw new NoAnswer(`its reply has no value at ${pointer}`);
      return [name, String(value)];
    });
    return { reply, values: new Map([...known, ...values]) };
  }

  async #polled(poll: NonNullable<SandboxService["poll"]>, values: Values, patience: Patience): Promise<unknown> {
    for (;;) {
      const reply = await json(poll, values, patience);
      if (poll.failed.some((condition) => holds(condition, reply))) throw new NoAnswer("it says that it failed");
      if (poll.done.every((condition) => holds(condition, reply))) return reply;
      await pause(poll.every, patience.signal);
    }
  }

  async #fetched(bytes: Uint8Array, report: unknown, values: Values, patience: Patience): Promise<ServiceAnswer> {
    const { fetch: request } = this.settings;
    if (request === undefined || !request.when.every((condition) => holds(condition, report))) return { kind: "clean" };
    const content = await answerTo({ request, values, most: 2 * bytes.length + SLACK }, patience);
    if (content.length === 0) throw new NoAnswer("what it made of the content is empty");
    return content.equals(bytes) ? { kind: "clean" } : { kind: "replaced", bytes: content };
  }

  async health(): Promise<ComponentHealth> {
    const { name, probe, unavailable } = this.settings;
    const shared = { name: `sandbox ${name}`, required: unavailable !== "report" };
    if (this.#breaker.isOpen)
      return { ...shared, state: "down", detail: "it failed too often of late and is left alone" };
    if (probe === undefined) return { ...shared, state: "up", detail: "not tried: it has no probe" };
    try {
      const patience = { retries: 0, signal: AbortSignal.timeout(PROBE) };
      await answerTo({ request: probe, values: new Map(), most: LONGEST_REPLY }, patience);
      return { ...shared, state: "up", detail: new URL(probe.url).origin };
    } catch (error) {
      return { ...shared, state: "down", detail: error instanceof Error ? error.message : String(error) };
    }
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function formOf(bytes: Uint8Array, { field, fields }: Exclude<SandboxService["submit"]["body"], "raw">): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  // No name of the content's own: it is hostile, and says nothing that the content does not.
  form.append(field, new Blob([new Uint8Array(bytes)], { type: "application/octet-stream" }), "content");
  return form;
}

async function json(
  request: NonNullable<SandboxService["report"]>,
  values: Values,
  patience: Patience,
): Promise<unknown> {
  return parsed(await answerTo({ request, values, most: LONGEST_REPLY }, patience));
}

function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString());
  } catch {
    throw new NoAnswer("its reply is no JSON");
  }
}
