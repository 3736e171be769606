import type { ConfigProblem } from "./config/config-error.ts";
import type { ReloadableCore } from "./reloadable-core.ts";
import type { MetricsSnapshot } from "./telemetry/metrics.ts";

/** Other processes under the same configuration. */
export interface Peers {
  readonly urls: DoorUrls;
  metrics(): Promise<readonly MetricsSnapshot[]>;
  /** Has them read the configuration again; gives what any of them refused. */
  reload(): Promise<readonly ConfigProblem[]>;
}

/** Where doors that several processes may share can be reached. */
export interface DoorUrls {
  readonly gatewayUrl: string;
  /** Undefined where there is no ICAP service, or none without TLS. */
  readonly icapUrl: string | undefined;
  /** The ICAP service over TLS. */
  readonly icapsUrl: string | undefined;
}

/** What this process refuses, the others are not asked to take. */
export async function reloadAll(core: ReloadableCore, peers: Peers | undefined): Promise<readonly ConfigProblem[]> {
  const problems = await core.reload();
  return problems.length > 0 || peers === undefined ? problems : await peers.reload();
}
