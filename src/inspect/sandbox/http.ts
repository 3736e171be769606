import { setTimeout as delay } from "node:timers/promises";
import type { ServiceRequest } from "../../core/sandbox-policy.ts";

/** Why a service gave no answer that counts. */
export class NoAnswer extends Error {
  /** Whether the service is to blame, and not what it was asked about. */
  readonly isOutage: boolean;

  constructor(reason: string, isOutage = false) {
    super(reason);
    this.isOutage = isOutage;
  }
}

/** Values that stand for names in URL templates. */
export type Values = ReadonlyMap<string, string>;

export interface Call {
  readonly request: ServiceRequest;
  readonly values: Values;
  readonly body?: Uint8Array | FormData;
  /** Bytes of the answer beyond which it does not count. */
  readonly most: number;
}

export interface Patience {
  readonly retries: number;
  /** Aborts at the deadline. */
  readonly signal: AbortSignal;
}

/** Milliseconds before the first repetition; each later one waits twice as long. */
const BACKOFF = 100;
const LONGEST_WAIT = 10_000;

/**
 * Makes a request until it is answered with 2xx, and gives the answer's content. Redirects are not followed, since a service that
 * was named is the one that is asked. Throws `NoAnswer`.
 */
export async function answerTo(call: Call, { retries, signal }: Patience): Promise<Buffer> {
  for (let attempt = 0; ; attempt++) {
    const outcome = await attempted(call, signal);
    if (outcome.kind === "answer") return outcome.content;
    if (signal.aborted) throw new NoAnswer("the deadline is over", true);
    if (!outcome.again || attempt >= retries) throw new NoAnswer(outcome.reason, outcome.again);
    await pause(outcome.after ?? BACKOFF * 2 ** attempt, signal);
  }
}

/** Waits; throws `NoAnswer` where the deadline comes first. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => {
    throw new NoAnswer("the deadline is over", true);
  });
}

type Outcome =
  | { readonly kind: "answer"; readonly content: Buffer }
  | { readonly kind: "none"; readonly reason: string; readonly again: boolean; readonly after?: number | undefined };

async function attempted({ request, values, body, most }: Call, signal: AbortSignal): Promise<Outcome> {
  const { method, headers } = request;
  const url = filled(request.url, values);
  try {
    const init = {
      method,
      headers,
      signal,
      redirect: "manual",
      ...(body === undefined ? {} : { body: sendable(body) }),
    } as const;
    const response = await fetch(url, init);
    if (response.ok) return { kind: "answer", content: await contentOf(response, most) };
    await response.body?.cancel();
    const again = response.status === 429 || response.status >= 500;
    return { kind: "none", reason: `it answered with ${response.status}`, again, after: retryAfter(response) };
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    return { kind: "none", reason: `it cannot be reached: ${reasonOf(error)}`, again: true };
  }
}

/** A buffer of one's own: what is sent must not be memory that others write to. */
function sendable(body: Uint8Array | FormData): Uint8Array<ArrayBuffer> | FormData {
  return body instanceof FormData ? body : new Uint8Array(body);
}

async function contentOf(response: Response, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > most) throw new NoAnswer(`its answer has more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Milliseconds of a `Retry-After` in seconds (RFC 9110, section 10.2.3). */
function retryAfter({ headers }: Response): number | undefined {
  const seconds = headers.get("retry-after");
  return seconds !== null && /^\d{1,6}$/.test(seconds) ? Math.min(Number(seconds) * 1000, LONGEST_WAIT) : undefined;
}

/** A template with every `{name}` replaced. Throws `NoAnswer` for a value that would lead elsewhere. */
function filled(template: string, values: Values): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined || value === "" || /^\.{1,2}$/.test(value))
      throw new NoAnswer(`its reply has no usable value for {${name}}`);
    return encodeURIComponent(value);
  });
}

function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
