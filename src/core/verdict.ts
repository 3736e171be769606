import type { Exchange } from "./exchange.ts";
import type { Finding, Location } from "./finding.ts";
import type { HeaderList } from "./headers.ts";

/** One replaced or removed piece, for `explain`: both sides escaped and cut as evidence is. */
export interface Change {
  readonly location: Location;
  readonly before: string;
  /** Undefined where the piece was removed. */
  readonly after: string | undefined;
}

export type VerdictName = "pass" | "sanitized" | "blocked";

/** The outcome of an inspection and what may be delivered. */
export interface Verdict {
  readonly verdict: VerdictName;
  /** In `monitor` mode: what `enforce` would have made of it; absent where that is `pass` too. */
  readonly would?: "sanitized" | "blocked";
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly status: number;
  /** Headers to deliver: the originals for `pass`; corrected for `sanitized`; empty for `blocked`. */
  readonly headers: HeaderList;
  /** Bytes to deliver: the very same array as received for `pass`; empty for `blocked`. */
  readonly body: Uint8Array;
  /** Id (UUID) of the incident that records it, where one was recorded. */
  readonly incident?: string;
  readonly elapsedMs: number;
}

/** What every door is handed. Implementations: the pipeline in this process, or a pool of workers around it. */
export interface Inspector {
  /**
   * Inspects one exchange. Never rejects because of the response's content: whatever cannot be inspected is a finding.
   */
  inspect(exchange: Exchange): Promise<Verdict>;
}
