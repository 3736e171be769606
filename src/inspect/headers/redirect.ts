import { isInternalHost } from "../../core/internal-host.ts";
import type { Field, FieldCheck, FieldDetection, HeaderContext } from "./check.ts";
import { REMOVE } from "./check.ts";

/** Stands in for an origin that is not known, so that relative references still parse; `.invalid` never resolves (RFC 6761). */
const UNKNOWN_ORIGIN = "https://unknown.invalid/";

const REFERENCES: ReadonlySet<string> = new Set(["location", "content-location", "content-base", "uri"]);

/** References that lead the application away from the vendor: internal addresses, other hosts, other schemes, plain http. */
export const checkRedirect: FieldCheck = (field, context) => {
  if (!REFERENCES.has(field.name)) return undefined;
  const followed = field.name === "location" && context.exchange.status >= 300 && context.exchange.status < 400;
  const reason = hostileTarget(field.value, context, followed);
  if (reason === undefined) return undefined;
  return followed ? redirectFinding(field, reason) : { ...redirectFinding(field, reason), category: "header" };
};

function redirectFinding({ name, value }: Field, { rule, message }: Reason): FieldDetection {
  return {
    category: "redirect",
    rule: `lazaret/redirect/${rule}`,
    severity: "high",
    message: `${name} ${message}`,
    evidence: value,
    remedy: REMOVE,
  };
}

interface Reason {
  readonly rule: string;
  readonly message: string;
}

function hostileTarget(reference: string, { base, policy }: HeaderContext, followed: boolean): Reason | undefined {
  const target = URL.parse(reference, base ?? UNKNOWN_ORIGIN);
  if (target === null) return { rule: "malformed", message: "is not a URL" };
  if (target.protocol !== "http:" && target.protocol !== "https:")
    return { rule: "scheme", message: `has the scheme ${target.protocol}` };
  if (base !== undefined && target.origin === base.origin) return undefined;
  const host = target.hostname;
  if (isInternalHost(host) && !policy.redirects.includes(host))
    return { rule: "internal", message: `leads to the internal host ${host}` };
  if (!followed) return undefined;
  if (base?.protocol === "https:" && target.protocol === "http:")
    return { rule: "downgrade", message: "leads from https to http" };
  if (base !== undefined && host !== base.hostname && !policy.redirects.some((allowed) => hostMatches(host, allowed)))
    return { rule: "other-host", message: `leads to another host, ${host}` };
  return undefined;
}

/** `cdn.example` allows itself, `*.example` every host below, `*` all. */
function hostMatches(host: string, allowed: string): boolean {
  if (allowed === "*") return true;
  return allowed.startsWith("*.") ? host.endsWith(allowed.slice(1)) : host === allowed;
}
