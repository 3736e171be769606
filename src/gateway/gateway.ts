import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import express from "express";
import type { ProblemKind } from "../core/problem.ts";
import { type DoorOptions, GatewayDoor } from "./door.ts";
import { refuseConnection } from "./respond.ts";

export interface GatewayOptions extends DoorOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** A reverse gateway that listens. */
export interface Gateway {
  readonly url: string;
  /** Stops accepting, lets exchanges in flight finish for `drainMs`, then ends what is left. */
  close(drainMs: number): Promise<void>;
}

/** Starts the reverse gateway. Rejects where it cannot listen. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const door = new GatewayDoor(options);
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use((request, response) => door.handle(request, response));
  const server = createServer(app);
  server.on("upgrade", (request, socket, head) => door.upgrade(request, socket, head));
  server.on("clientError", refuseMalformed);
  await listen(server, options.host, options.port);
  return { url: urlOf(server), close: async (drainMs) => await closeServer(server, drainMs) };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

function urlOf(server: Server): string {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the gateway does not listen on a port");
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

/** What the parser cannot take gets a problem too, and its connection ends. */
function refuseMalformed(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const kind: ProblemKind = error.code === "HPE_HEADER_OVERFLOW" ? "headers-too-large" : "bad-request";
  refuseConnection(socket, kind, error.message);
}
