import type { IncomingMessage } from "node:http";
import { isAmong } from "../core/networks.ts";
import type { ProblemKind } from "../core/problem.ts";
import { bearerToken, sameToken } from "../http/token.ts";

/** Who may use the gateway. */
export interface ClientRules {
  /** Addresses and networks (CIDR); none means everyone. */
  readonly allow: readonly string[];
  /** What a client has to send in `Lazaret-Token`, or in `Proxy-Authorization: Bearer`. */
  readonly token: string | undefined;
}

/** Why a client is refused, or undefined where it may go on. */
export function refuseClient(request: IncomingMessage, rules: ClientRules): ProblemKind | undefined {
  if (rules.allow.length > 0 && !isAmong(request.socket.remoteAddress ?? "", rules.allow)) return "forbidden";
  if (rules.token !== undefined && !sameToken(sentToken(request), rules.token)) return "unauthorized";
  return undefined;
}

function sentToken({ headers }: IncomingMessage): string {
  const own = headers["lazaret-token"];
  if (typeof own === "string") return own;
  return bearerToken(headers["proxy-authorization"]);
}
