import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

const PORTS: Readonly<Record<string, number>> = { "icap:": 1344, "icaps:": 11_344 };

/** Connects to the service of a URL. Rejects where it cannot be reached, or `signal` aborts. `ca`: authorities to trust (PEM). */
export async function connectTo(url: URL, ca: string | undefined, signal: AbortSignal): Promise<Socket> {
  const host = url.hostname.replaceAll(/^\[|\]$/g, "");
  const place = { host, port: portOf(url) };
  const isTls = url.protocol === "icaps:";
  const socket: Socket = isTls
    ? connectTls({
        ...place,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        minVersion: "TLSv1.2",
        ...(ca === undefined ? {} : { ca }),
      })
    : connectTcp(place);
  const abort = (): void => void socket.destroy(new Error("no connection in time"));
  signal.addEventListener("abort", abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(isTls ? "secureConnect" : "connect", () => resolve());
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the connection was closed")));
    });
  } catch (error) {
    throw new Error(`it cannot be reached: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    signal.removeEventListener("abort", abort);
  }
  return socket;
}

/** The port of a URL, the usual one of its scheme where it names none. */
export function portOf({ port, protocol }: URL): number {
  return port === "" ? (PORTS[protocol] ?? 0) : Number(port);
}
