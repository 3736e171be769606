import type { VendorRoute } from "./settings.ts";

/** The vendor of a request and what is asked of it. */
export interface Routed {
  readonly vendor: VendorRoute;
  /** Path and query at the vendor, byte for byte as they came. */
  readonly target: string;
  /** What stands before it at the gateway: `/acme`, or nothing where the host chose the vendor. */
  readonly prefix: string;
}

/**
 * Chooses the vendor by host name, else by the first path segment. The rest of the path is neither decoded nor
 * normalized: what it means is the vendor's business. Undefined where no vendor is configured.
 */
export function routeRequest(
  target: string,
  host: string | undefined,
  vendors: ReadonlyMap<string, VendorRoute>,
): Routed | undefined {
  const path = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]*/i, "");
  const name = host?.toLowerCase().replace(/:\d+$/, "");
  for (const vendor of vendors.values())
    if (name !== undefined && vendor.hosts.includes(name)) return { vendor, target: path || "/", prefix: "" };
  const [, segment = "", rest = ""] = /^\/([^/?#]*)(.*)$/s.exec(path) ?? [];
  const vendor = vendors.get(segment);
  if (vendor === undefined) return undefined;
  return { vendor, target: rest.startsWith("/") ? rest : `/${rest}`, prefix: `/${segment}` };
}
