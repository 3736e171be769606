import { createServer, type RequestListener, type Server } from "node:http";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfigText } from "../../src/config/load.ts";
import { type Service, startService } from "../../src/service.ts";
import { createLog } from "../../src/telemetry/log.ts";

/** A vendor of the test's own, on loopback. */
export interface TestVendor {
  readonly url: string;
  readonly server: Server;
  close(): Promise<void>;
}

export async function startVendor(listener: RequestListener): Promise<TestVendor> {
  const server = createServer(listener);
  return await listening(server);
}

export async function listening(server: Server): Promise<TestVendor> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    server,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Lazaret in front of an upstream as vendor `acme`, with more configuration beside it. */
export async function startInFrontOf(upstream: string, vendor: object = {}, rest: object = {}): Promise<Service> {
  const vendors = { acme: { upstream, insecure: true, ...vendor } };
  return await startWith({ vendors, ...rest });
}

/** Lazaret under any configuration, on free ports, with a state of its own. */
export async function startWith(configuration: object): Promise<Service> {
  const free = { listen: "127.0.0.1:0", admin: { listen: "127.0.0.1:0" }, state: temporaryFolder() };
  const text = JSON.stringify({ ...free, ...configuration });
  return await startService({ load: async () => loadConfigText(text, "test", {}), log: createLog("silent", "json") });
}

/** A new folder of the test's own. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "lazaret-test-"));
}
