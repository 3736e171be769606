import type { RequestHandler } from "express";
import { isLoopbackAddress } from "../core/internal-host.ts";
import { sendProblem } from "../http/respond.ts";
import { bearerToken, sameToken } from "../http/token.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Who may use `/v1`: with a token, whoever sends it; without one, loopback only, under a loopback name, so that a page whose
 * name was rebound to this address gets nothing. What changes state must not come from another origin's page.
 */
export function requireAccess(token: string | undefined): RequestHandler {
  return (request, response, next) => {
    const { method, headers, socket } = request;
    if (token !== undefined && !sameToken(bearerToken(headers.authorization), token)) {
      response.setHeader("WWW-Authenticate", 'Bearer realm="lazaret"');
      sendProblem(response, "unauthorized", { detail: "send Authorization: Bearer and the token of admin.token" });
    } else if (
      token === undefined &&
      !(isLoopbackAddress(socket.remoteAddress ?? "") && isLoopbackHost(headers.host))
    ) {
      sendProblem(response, "forbidden", { detail: "without admin.token, /v1 serves loopback only" });
    } else if (!SAFE.has(method) && isForeign(headers.origin, headers["sec-fetch-site"], headers.host)) {
      sendProblem(response, "forbidden", { detail: "a page of another origin may not change anything here" });
    } else next();
  };
}

function isForeign(origin: string | undefined, site: string | string[] | undefined, host: string | undefined): boolean {
  if (typeof site === "string" && site !== "same-origin" && site !== "none") return true;
  return origin !== undefined && URL.parse(origin)?.host !== host;
}

function isLoopbackHost(host: string | undefined): boolean {
  const name = URL.parse(`http://${host ?? ""}`)?.hostname.replaceAll(/^\[|\]$/g, "") ?? "";
  return name === "localhost" || name.endsWith(".localhost") || isLoopbackAddress(name);
}
