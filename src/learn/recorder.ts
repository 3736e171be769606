import { randomUUID } from "node:crypto";
import type { Exchange } from "../core/exchange.ts";
import type { Policy } from "../core/policy.ts";
import { recordFormatOf } from "../core/records.ts";
import type { Inspector } from "../core/verdict.ts";
import { flagsOf, observationOf } from "./observation.ts";
import { redactedJson, redactedUrl, RepeatedValues } from "./redact.ts";

/** What is recorded of one vendor. */
export interface RecorderOptions {
  /** Share of exchanges, from 0 to 1. */
  readonly sample: number;
  /** Takes a line of the recording; must not throw. */
  readonly write: (line: string) => void;
}

/** Makes recordings of what responses look like, to be learned from. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #policy: Policy;
  readonly #values = new RepeatedValues();

  constructor(options: RecorderOptions, policy: Policy) {
    this.#options = options;
    this.#policy = policy;
  }

  /** Records one exchange, if it is in the sample: values redacted, in the form that `scan --batch` reads. */
  record(exchange: Exchange): void {
    if (Math.random() >= this.#options.sample) return;
    const { vendor, request, status } = exchange;
    const { mediaType, json } = observationOf(exchange, this.#policy, () => performance.now());
    // Streams are inspected record by record, and a record is no answer of a route.
    if (recordFormatOf(mediaType ?? "") !== undefined) return;
    const url = redactedUrl(request.url);
    const keep = this.#values.ofExchange(`${request.method} ${url} ${status}`);
    const body = json === undefined ? "" : JSON.stringify(redactedJson(json.value, keep));
    this.#options.write(
      `${JSON.stringify({ id: randomUUID(), vendor, method: request.method, url, status, contentType: mediaType, body, redacted: true })}\n`,
    );
  }
}

/** An inspector that has exchanges recorded which were not flagged. A recording that fails changes no verdict. */
export function recordedInspector(
  inspector: Inspector,
  recorders: ReadonlyMap<string, Recorder>,
  onFailure: (error: unknown) => void,
): Inspector {
  if (recorders.size === 0) return inspector;
  return {
    async inspect(exchange) {
      const verdict = await inspector.inspect(exchange);
      const recorder = exchange.vendor === undefined ? undefined : recorders.get(exchange.vendor);
      if (recorder === undefined || exchange.isRequest === true || flagsOf(verdict).length > 0) return verdict;
      try {
        recorder.record(exchange);
      } catch (error) {
        onFailure(error);
      }
      return verdict;
    },
  };
}
