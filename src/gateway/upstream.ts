import { lookup as resolve } from "node:dns";
import http, { type Agent, type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import type { Defect } from "../core/exchange.ts";
import { isInternalAddress } from "../core/internal-host.ts";
import type { VendorRoute } from "./settings.ts";

/** Connections kept to one vendor. */
const MOST_SOCKETS = 256;

/** How much longer than allowed a header section may be to be read all the same, so that its findings say more. */
const READ_BEYOND = 64 * 2 ** 10;

/** What is wrong with a response whose header section is longer than is read at all. */
export const HEADER_OVERFLOW: Defect = {
  category: "limits",
  rule: "lazaret/limits/headerBytes",
  message: "the header section is far longer than the headerBytes limit",
};

/** A vendor that did not answer in time. */
export class UpstreamTimeout extends Error {}

/** A name that leads to this network although the vendor is not said to be private (DNS rebinding). */
class InternalAddress extends Error {}

/** Resolves as usual, and refuses a name of which any address is internal, so that no later choice can fall on it. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, "", 0);
    const internal = addresses.find(({ address }) => isInternalAddress(address));
    if (internal !== undefined)
      return callback(
        new InternalAddress(
          `${hostname} resolves to the internal address ${internal.address}; if that is meant, say "private: true"`,
        ),
        "",
        0,
      );
    const [first] = addresses;
    return options.all === true ? callback(null, addresses) : callback(null, first?.address ?? "", first?.family ?? 0);
  });
};

/** The pool of kept-alive connections to a vendor. Certificates are always checked, against the vendor's own name. */
export function createUpstreamAgent(vendor: VendorRoute): Agent {
  const options = {
    keepAlive: true,
    maxSockets: MOST_SOCKETS,
    ...(vendor.private ? {} : { lookup: publicLookup }),
  };
  if (vendor.upstream.protocol === "http:") return new http.Agent(options);
  return new https.Agent({
    ...options,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    ...(vendor.ca === undefined ? {} : { ca: vendor.ca }),
  });
}

/** Bytes of a vendor's header section, line ends included, that are read at most. */
export function readableHeaderBytes({ limits }: VendorRoute): number {
  return 2 * limits.headerBytes + READ_BEYOND;
}

/** Whether a vendor's header section was longer than that. */
export function isHeaderOverflow(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "HPE_HEADER_OVERFLOW";
}

/** Ends a request that takes longer to connect, or to its first header, than the vendor is given. */
export function limitTime(request: ClientRequest, { timeouts }: VendorRoute): void {
  const response = setTimeout(
    () => request.destroy(new UpstreamTimeout(`no response within ${timeouts.response} ms`)),
    timeouts.response,
  );
  const answered = (): void => clearTimeout(response);
  request.on("response", answered);
  request.on("close", answered);
  // The proxy hands requests over once they have their socket.
  const { socket } = request;
  if (socket?.connecting !== true) return;
  const connect = setTimeout(
    () => request.destroy(new UpstreamTimeout(`no connection within ${timeouts.connect} ms`)),
    timeouts.connect,
  );
  const connected = (): void => clearTimeout(connect);
  socket.once("connect", connected);
  socket.once("close", connected);
}

/** Ends a response in whose body nothing comes for `idle` milliseconds; the timer is to be refreshed with each chunk, and cleared. */
export function limitSilence(response: IncomingMessage, idle: number): NodeJS.Timeout {
  return setTimeout(
    () => response.destroy(new UpstreamTimeout(`nothing came for ${idle} ms in the middle of the body`)),
    idle,
  );
}
