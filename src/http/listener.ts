import type { Server } from "node:http";

/** A server that listens. */
export interface Listener {
  /** Origin under which it can be reached, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops accepting, lets exchanges in flight finish for `drainMs`, then ends what is left. */
  close(drainMs: number): Promise<void>;
}

/** Makes a server listen; port 0 lets the system choose. Rejects with the system's error where it cannot. */
export async function listenOn(server: Server, host: string, port: number): Promise<Listener> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return { url: urlOf(server), close: async (drainMs) => await closeServer(server, drainMs) };
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

async function closeServer(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(timer);
}
