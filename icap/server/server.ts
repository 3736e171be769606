import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, Server as TlsServer, type TlsOptions } from "node:tls";
import { isAmong } from "../../src/core/networks.ts";
import { Connection } from "./connection.ts";
import { ExchangeHandler } from "./handler.ts";
import { bareReply } from "./reply.ts";
import type { IcapOptions } from "./settings.ts";

export interface IcapServerOptions extends IcapOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** For `icaps:`: certificate and key (PEM), and the authorities of client certificates where these are required. */
  readonly tls?: IcapCertificates | undefined;
}

/** Certificate and key (PEM), and the authorities of client certificates. */
export type IcapCertificates = Pick<TlsOptions, "cert" | "key" | "ca">;

/** An ICAP service that listens. */
export interface IcapServer {
  /** Such as `icap://127.0.0.1:1344`. */
  readonly url: string;
  /** Has handshakes from now on use these; nothing for a server without TLS. */
  renew(certificates: IcapCertificates): void;
  /** Stops accepting, ends idle connections, lets exchanges in flight finish for `drainMs`, then ends what is left. */
  close(drainMs: number): Promise<void>;
}

/** Milliseconds for a TLS handshake, and for a client that is refused to read why. */
const HANDSHAKE = 10_000;
const REFUSED = 1000;
const TLS_VERSION = "TLSv1.2";

/** Starts the ICAP service. Rejects where it cannot listen. */
export async function startIcapServer(options: IcapServerOptions): Promise<IcapServer> {
  const { host, port, tls } = options;
  const connections = new Set<Connection>();
  const sockets = new Set<Socket>();
  const handler = new ExchangeHandler(options);
  const accept = (socket: Socket): void => {
    const refusal = refusalOf(socket, connections.size, options);
    if (refusal !== undefined) {
      refuse(socket, refusal, options);
      return;
    }
    const connection = new Connection(socket, handler, options);
    connections.add(connection);
    socket.on("close", () => connections.delete(connection));
    void connection.serve();
  };
  const server =
    tls === undefined
      ? createServer({ allowHalfOpen: true }, accept)
      : createTlsServer(
          {
            ...tls,
            allowHalfOpen: true,
            handshakeTimeout: HANDSHAKE,
            minVersion: TLS_VERSION,
            requestCert: tls.ca !== undefined,
            rejectUnauthorized: tls.ca !== undefined,
          },
          accept,
        );
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  // A handshake that fails ends its own connection; nothing of it was read.
  server.on("tlsClientError", (_error: Error, socket: Socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    url: urlOf(server, tls !== undefined),
    renew: (certificates) => {
      if (server instanceof TlsServer) server.setSecureContext({ ...certificates, minVersion: TLS_VERSION });
    },
    close: async (drainMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.drain();
      const timer = setTimeout(() => sockets.forEach((socket) => socket.destroy()), drainMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function refusalOf({ remoteAddress = "" }: Socket, open: number, options: IcapOptions): number | undefined {
  const { allow } = options.snapshot();
  if (allow.length > 0 && !isAmong(remoteAddress, allow)) return 403;
  return open >= options.connections ? 503 : undefined;
}

function refuse(socket: Socket, status: number, { snapshot }: IcapOptions): void {
  const reply = bareReply(status, [
    ["ISTag", `"${snapshot().istag}"`],
    ["Connection", "close"],
    ...(status === 503 ? [["Retry-After", "1"] as const] : []),
  ]);
  socket.on("error", () => socket.destroy());
  const timer = setTimeout(() => socket.destroy(), REFUSED);
  socket.on("close", () => clearTimeout(timer));
  socket.resume();
  socket.end(Buffer.concat(reply));
}

function urlOf(server: Server, secure: boolean): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the service does not listen on a port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `${secure ? "icaps" : "icap"}://${host}:${address.port}`;
}
