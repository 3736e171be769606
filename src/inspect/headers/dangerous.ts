import { headerValue } from "../../core/headers.ts";
import type { Field, FieldCheck, FieldDetection, HeaderContext } from "./check.ts";
import { REMOVE } from "./check.ts";

/** Fields by which a response acts on the application's own origin, and that no API needs. */
const DANGEROUS: Readonly<Record<string, string>> = {
  refresh: "redirects whoever renders the response",
  "clear-site-data": "deletes the data of the application's own origin",
  "service-worker-allowed": "widens what a service worker may control",
  sourcemap: "makes developer tools fetch a URL",
  "x-sourcemap": "makes developer tools fetch a URL",
  "proxy-authenticate": "asks for the credentials of a proxy, which a vendor is not",
  "proxy-authentication-info": "speaks for a proxy, which a vendor is not",
  "x-accel-redirect": "makes a front-end server deliver an internal file",
  "x-accel-buffering": "steers a front-end server",
  "x-sendfile": "makes a front-end server deliver a local file",
  "x-lighttpd-send-file": "makes a front-end server deliver a local file",
  "x-reproxy-url": "makes a front-end server fetch a URL",
  "surrogate-control": "steers a cache in front",
  "public-key-pins": "pins keys for the application's own origin",
  "public-key-pins-report-only": "sends reports about the application's own origin",
};

/** Link relations by which a response makes its reader fetch or run something. */
const FETCHING_RELATIONS =
  /;\s*rel\s*=\s*"?[^";]{0,64}\b(?:preload|modulepreload|prefetch|preconnect|dns-prefetch|prerender|stylesheet|serviceworker|manifest|import)\b/i;

/** Trailer fields that would change framing, routing or authentication (RFC 9110, section 6.5.1). */
const FORBIDDEN_TRAILERS =
  /(?:^|[\s,])(?:content-length|transfer-encoding|content-encoding|content-type|host|authorization|set-cookie|trailer|content-range|cache-control|location)(?=[\s,]|$)/i;

const found = ({ name, value }: Field, rule: string, message: string): FieldDetection => ({
  category: "header",
  rule: `lazaret/header/${rule}`,
  severity: "medium",
  message,
  evidence: `${name}: ${value}`,
  remedy: REMOVE,
});

/** Fields that act on the application or its infrastructure. */
export const checkDangerousField: FieldCheck = (field, context) => {
  const reason = DANGEROUS[field.name];
  if (reason !== undefined) return found(field, field.name, `${field.name} ${reason}`);
  switch (field.name) {
    case "link":
      return FETCHING_RELATIONS.test(field.value)
        ? found(field, "link-fetch", "a Link relation makes the reader fetch or run something")
        : undefined;
    case "trailer":
      return FORBIDDEN_TRAILERS.test(field.value)
        ? found(field, "trailer", "Trailer announces a field that may not stand in a trailer section")
        : undefined;
    case "access-control-allow-credentials":
      return allowsAnyOrigin(context)
        ? found(field, "cors-credentials", "credentials are allowed to any origin")
        : undefined;
    default:
      return undefined;
  }
};

/** `*`, `null`, or simply the origin that asked: each lets any site read with the user's credentials. */
function allowsAnyOrigin({ exchange }: HeaderContext): boolean {
  const allowed = headerValue(exchange.headers, "access-control-allow-origin")?.trim();
  return allowed === "*" || allowed === "null";
}
