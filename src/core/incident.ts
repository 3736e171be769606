import type { Exchange } from "./exchange.ts";
import type { Finding } from "./finding.ts";
import type { Change, Verdict, VerdictName } from "./verdict.ts";

/** The record of a verdict other than `pass`, and of a `pass` with findings. */
export interface Incident {
  /** UUID. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `gateway`, `rest`, `icap`. */
  readonly door: string;
  readonly vendor: string | undefined;
  /** The URL without user information, its query values masked: they may hold credentials. */
  readonly request: { readonly method: string; readonly url: string };
  /** The vendor's status. */
  readonly status: number;
  readonly verdict: VerdictName;
  readonly would?: "sanitized" | "blocked";
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  /** The original body, kept where it was blocked or replaced. */
  readonly quarantine?: QuarantineEntry;
}

/** What is kept of a body that was not delivered as it came. */
export interface QuarantineEntry {
  /** `gone` where retention or a person deleted the bytes. */
  readonly state: "held" | "released" | "gone";
  /** Length of the original, in bytes. */
  readonly bytes: number;
  /** SHA-256 of the original, hexadecimal. */
  readonly sha256: string;
  readonly contentType: string | undefined;
}

/** Records what doors deliver or withhold. Safe to call again with the same id. */
export interface IncidentRecorder {
  /** Records a verdict; resolves with the incident's id once it would survive a crash. */
  record(exchange: Exchange, verdict: Verdict, door: string): Promise<string>;
  /** Whether a person has released the same body of the same vendor and `Content-Type`, and its bytes are still kept. */
  isReleased(exchange: Exchange): Promise<boolean>;
}

export interface IncidentQuery {
  /** At most this many, newest first; 1 to 1000. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
  readonly vendor?: string;
  readonly verdict?: VerdictName;
}

/** Incidents and quarantined bytes, wherever they are kept. */
export interface IncidentStore extends IncidentRecorder {
  get(id: string): Promise<Incident | undefined>;
  /** One page, newest first. Throws `RangeError` for a cursor that it did not give. */
  list(query: IncidentQuery): Promise<{ readonly incidents: readonly Incident[]; readonly next?: string }>;
  /** The quarantined bytes of an incident, or undefined where none are kept. */
  quarantined(id: string): Promise<Uint8Array | undefined>;
  /** Marks quarantined bytes as wrongly held: what only waited for that passes from now on. False where there are none. */
  release(id: string): Promise<boolean>;
  /** Deletes quarantined bytes for good. False where there are none. */
  discard(id: string): Promise<boolean>;
}
