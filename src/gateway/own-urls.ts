import type { HeaderField, HeaderList } from "../core/headers.ts";
import { relocated } from "../core/own-urls.ts";
import type { VendorRoute } from "./settings.ts";

/** Where the application sees the vendor. */
export interface GatewayBase {
  /** Scheme and host by which the application came, such as `http://gateway:8080`. */
  readonly origin: string;
  /** `/acme`, or nothing where the host chose the vendor. */
  readonly prefix: string;
}

const WITH_URLS: ReadonlySet<string> = new Set(["location", "content-location", "link", "set-cookie"]);

/** The vendor's absolute URLs and cookie scopes in the terms of the gateway, so that an application stays behind it. */
export function rewriteOwnUrls(headers: HeaderList, vendor: VendorRoute, base: GatewayBase): HeaderList {
  if (!headers.some(([name]) => WITH_URLS.has(name.toLowerCase()))) return headers;
  return headers.flatMap(([name, value]): HeaderField[] => {
    switch (name.toLowerCase()) {
      case "location":
      case "content-location":
        return [[name, ownReference(value, vendor, base)]];
      case "link":
        return [[name, value.replaceAll(/<([^>]*)>/g, (_, url: string) => `<${ownReference(url, vendor, base)}>`)]];
      case "set-cookie":
        return vendor.cookies === "strip" ? [] : [[name, ownCookie(value, base)]];
      default:
        return [[name, value]];
    }
  });
}

function ownReference(reference: string, { upstream }: VendorRoute, { origin, prefix }: GatewayBase): string {
  const own = relocated(reference, { from: ownOrigins(upstream), to: `${origin}${prefix}` });
  if (own !== reference || prefix === "" || !reference.startsWith("/") || reference.startsWith("//")) return own;
  const basePath = upstream.pathname.replace(/\/$/, "");
  const below = reference.startsWith(`${basePath}/`) ? reference.slice(basePath.length) : reference;
  return `${prefix}${below}`;
}

/** What stands before the vendor's own paths in absolute URLs, the most special first. */
export function ownOrigins(upstream: URL): readonly string[] {
  return [...new Set([`${upstream.origin}${upstream.pathname.replace(/\/$/, "")}`, upstream.origin])];
}

/** Host-only, and below the vendor's prefix: one vendor's cookies never reach another's. */
function ownCookie(value: string, { origin, prefix }: GatewayBase): string {
  const insecure = origin.startsWith("http:");
  const [pair = "", ...attributes] = value.split(";");
  const kept = attributes.filter(
    (attribute) => !/^\s*domain\s*=/i.test(attribute) && !(insecure && /^\s*secure\s*$/i.test(attribute)),
  );
  const scoped = kept.map((attribute) =>
    attribute.replace(
      /^(\s*path\s*=\s*)(\/?)(.*)$/i,
      (_, name: string, _slash: string, path: string) => `${name}${prefix}/${path}`,
    ),
  );
  if (prefix !== "" && !kept.some((attribute) => /^\s*path\s*=/i.test(attribute))) scoped.push(` Path=${prefix}/`);
  return [pair, ...scoped].join(";");
}
