import type { FieldCheck } from "./check.ts";
import { REMOVE } from "./check.ts";

/** Cookies for another domain than the vendor's own: fixation, or a cookie that reaches other hosts (RFC 6265, section 5.3). */
export const checkSetCookie: FieldCheck = ({ name, value }, { base }) => {
  if (name !== "set-cookie" && name !== "set-cookie2") return undefined;
  const attributes = value.split(";").slice(1);
  const domains = attributes
    .map((attribute) => /^\s*domain\s*=\s*\.?([^\s]*)\s*$/i.exec(attribute)?.[1]?.toLowerCase())
    .filter((domain) => domain !== undefined && domain !== "");
  const [domain] = domains;
  if (domain === undefined || base === undefined) return undefined;
  if (domains.length === 1 && coversHost(domain, base.hostname)) return undefined;
  return {
    category: "header",
    rule: "lazaret/header/set-cookie",
    severity: "medium",
    message: `a cookie is set for ${domain}, which is not the vendor's own host`,
    evidence: value,
    remedy: REMOVE,
  };
};

/** A domain covers a host that it equals or ends, unless it is a bare top-level label. */
function coversHost(domain: string, host: string): boolean {
  return host === domain || (domain.includes(".") && host.endsWith(`.${domain}`));
}
