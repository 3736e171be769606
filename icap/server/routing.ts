import { headerValue } from "../../src/core/headers.ts";
import { IcapError } from "../protocol/icap-error.ts";
import type { Head } from "../protocol/head.ts";
import type { Method } from "./request-head.ts";
import type { IcapVendor } from "./settings.ts";

/** A service of this server: what one of its paths does. */
export interface IcapService {
  readonly method: Exclude<Method, "OPTIONS">;
  /** The vendor that the path names; undefined where the encapsulated URL decides. */
  readonly vendor: IcapVendor | undefined;
}

const SERVICES: Readonly<Record<string, IcapService["method"]>> = { respmod: "RESPMOD", reqmod: "REQMOD" };

/**
 * The service of a request's URI: `/respmod`, `/reqmod`, each with `/VENDOR` or without; authority and query do not count.
 * Throws `IcapError` 404 where there is none.
 */
export function serviceOf(uri: string, vendors: ReadonlyMap<string, IcapVendor>): IcapService {
  const path = uri.replace(/^icaps?:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  const [, service = "", name] = /^\/([^/]+)(?:\/([^/]+))?\/?$/.exec(path) ?? [];
  const method = SERVICES[service.toLowerCase()];
  if (method === undefined)
    throw new IcapError(404, "the services are /respmod and /reqmod, each with /VENDOR or without");
  if (name === undefined) return { method, vendor: undefined };
  const vendor = vendors.get(decoded(name));
  if (vendor === undefined) throw new IcapError(404, "the path names no vendor of the configuration");
  return { method, vendor };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The method and URL of an encapsulated request line; the URL is made absolute with `Host` where it is not. */
export function encapsulatedRequest(head: Head | undefined): { readonly method: string; readonly url: string } {
  const [, method = "GET", target = "/"] = /^(\S+) +(.*?)(?: +HTTP\/\d(?:\.\d)?)?$/.exec(head?.start ?? "") ?? [];
  const host = head === undefined ? undefined : headerValue(head.fields, "host");
  return { method, url: target.startsWith("/") && host !== undefined ? `http://${host}${target}` : target };
}

/** The vendor whose upstream a URL is below, the longest base path first; the scheme does not count, since proxies decrypt. */
export function vendorOfUrl(url: string, vendors: ReadonlyMap<string, IcapVendor>): IcapVendor | undefined {
  const asked = URL.parse(url);
  if (asked === null) return undefined;
  let best: IcapVendor | undefined;
  for (const vendor of vendors.values()) {
    if (!isBelow(asked, vendor.upstream)) continue;
    if (best === undefined || vendor.upstream.pathname.length > best.upstream.pathname.length) best = vendor;
  }
  return best;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

function isBelow(asked: URL, upstream: URL): boolean {
  if (asked.hostname.replace(/\.$/, "") !== upstream.hostname) return false;
  if (asked.port !== upstream.port && portOf(asked) !== portOf(upstream)) return false;
  const base = upstream.pathname.replace(/\/$/, "");
  return asked.pathname === base || asked.pathname.startsWith(`${base}/`);
}

function portOf({ port, protocol }: URL): string | undefined {
  return port === "" ? DEFAULT_PORTS[protocol] : port;
}
