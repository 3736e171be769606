import { createServer, type RequestListener, type Server } from "node:http";
import { type RunningApp, startApp } from "../../src/app.ts";
import { loadConfigText } from "../../src/config/load.ts";

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
export async function startInFrontOf(upstream: string, vendor: object = {}, rest: object = {}): Promise<RunningApp> {
  const vendors = { acme: { upstream, insecure: true, ...vendor } };
  return await startApp(loadConfigText(JSON.stringify({ listen: "127.0.0.1:0", vendors, ...rest }), "test", {}));
}
