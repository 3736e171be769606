import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import express from "express";
import type { ProblemKind } from "../core/problem.ts";
import { type DoorOptions, GatewayDoor } from "./door.ts";
import { type Listener, listenOn } from "../http/listener.ts";
import { refuseConnection } from "../http/respond.ts";

export interface GatewayOptions extends DoorOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** Starts the reverse gateway. Rejects where it cannot listen. */
export async function startGateway(options: GatewayOptions): Promise<Listener> {
  const door = new GatewayDoor(options);
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use((request, response) => door.handle(request, response));
  const server = createServer(app);
  // Each vendor's proxy listens for the server's end.
  server.setMaxListeners(0);
  server.on("upgrade", (request, socket, head) => door.upgrade(request, socket, head));
  server.on("clientError", refuseMalformed);
  return await listenOn(server, options.host, options.port);
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
