import type { HeaderList } from "../../src/core/headers.ts";
import { bareReply } from "./reply.ts";
import type { IcapService } from "./routing.ts";
import type { IcapOptions } from "./settings.ts";

/** Seconds for which clients may keep the answer; some versions of Squid fail when a short time runs out. */
const TTL = 3600;

/** The answer to OPTIONS (RFC 3507, section 4.10). */
export function optionsReply(method: IcapService["method"], options: IcapOptions, common: HeaderList): Buffer[] {
  const { product, connections, preview } = options;
  return bareReply(200, [
    ["Methods", method],
    ["Service", product],
    ...common,
    ["Date", new Date().toUTCString()],
    ["Max-Connections", String(connections)],
    ["Options-TTL", String(TTL)],
    ["Allow", "204, 206"],
    ["Preview", String(preview)],
    ["Transfer-Preview", "*"],
    ["X-Include", "X-Client-IP, X-Authenticated-User"],
    ["X-Response-Info", "Options"],
  ]);
}
