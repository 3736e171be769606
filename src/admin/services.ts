import type { ComponentHealth } from "../core/health.ts";
import type { DriftStore } from "../core/drift.ts";
import type { IncidentStore } from "../core/incident.ts";
import type { Inspector } from "../core/verdict.ts";

/** A vendor as `/v1/vendors` shows it. */
export interface VendorSummary {
  readonly name: string;
  readonly upstream: string;
  readonly mode: string;
  readonly packs: readonly string[];
}

/** One thing that is wrong with a configuration. */
export interface ReloadProblem {
  readonly line?: number;
  readonly key: string;
  readonly message: string;
}

/** What the admin listener serves; handed in by the composition root. */
export interface AdminServices {
  readonly inspector: () => Inspector;
  readonly incidents: IncidentStore;
  readonly drift: DriftStore;
  readonly vendors: () => readonly VendorSummary[];
  /** Bytes of a body that the vendor's policy, or the default one, allows. */
  readonly longestBody: (vendor: string | undefined) => number;
  readonly health: () => Promise<readonly ComponentHealth[]>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Reads the configuration again; gives what is wrong with it where it is refused. */
  readonly reload: () => Promise<readonly ReloadProblem[]>;
}
