import { type IcapServer, type IcapServerOptions, startIcapServer } from "../../icap/server/server.ts";
import { Admission } from "../../src/bodies/admission.ts";
import type { Inspector } from "../../src/core/verdict.ts";
import { defaultPolicy } from "./policy.ts";
import { temporaryFolder } from "./vendor.ts";

/** An ICAP service and what failed inside it. */
export interface TestIcapServer extends IcapServer {
  readonly port: number;
  readonly errors: readonly string[];
}

/** The ICAP service around an inspector of the test's own. */
export async function serveIcap(inspector: Inspector, more: Partial<IcapServerOptions> = {}): Promise<TestIcapServer> {
  const errors: string[] = [];
  const { limits } = defaultPolicy();
  const server = await startIcapServer({
    host: "127.0.0.1",
    port: 0,
    snapshot: () => ({ inspector, vendors: new Map(), limits, allow: [], istag: "a" }),
    spool: temporaryFolder(),
    admission: new Admission(2 ** 20, 2),
    timeouts: { idle: 5000, head: 1000, body: 1000, exchange: 5000 },
    connections: 100,
    exchanges: 100,
    preview: 1024,
    conformance: "usual",
    product: "test",
    onError: (error) => errors.push(String(error)),
    ...more,
  });
  return { ...server, port: Number(server.url.split(":").at(-1)), errors };
}
