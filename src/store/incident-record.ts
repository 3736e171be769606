import { createHash } from "node:crypto";
import type { Exchange } from "../core/exchange.ts";
import { headerValue } from "../core/headers.ts";
import type { Incident, QuarantineEntry } from "../core/incident.ts";
import type { Verdict } from "../core/verdict.ts";

/** Findings and changes that one incident keeps. */
const MOST = 1000;

/** The record of a verdict. The original is to be quarantined where `quarantine` is there. */
export function incidentOf(id: string, at: number, exchange: Exchange, verdict: Verdict, door: string): Incident {
  const { request, vendor, status, body } = exchange;
  const replaced = verdict.verdict !== "pass" && body.length > 0;
  return {
    id,
    at,
    door,
    vendor,
    request: { method: request.method, url: maskedUrl(request.url) },
    status,
    verdict: verdict.verdict,
    ...(verdict.would === undefined ? {} : { would: verdict.would }),
    findings: verdict.findings.slice(0, MOST),
    changes: verdict.changes.slice(0, MOST),
    ...(replaced
      ? {
          quarantine: {
            state: "held",
            ...identityOf(exchange),
          },
        }
      : {}),
  };
}

/** What tells one body from another. */
export function identityOf({ headers, body }: Exchange): Pick<QuarantineEntry, "bytes" | "sha256" | "contentType"> {
  return {
    bytes: body.length,
    sha256: createHash("sha256").update(body).digest("hex"),
    contentType: headerValue(headers, "content-type"),
  };
}

/** A URL without user information, fragment and the values of its query. */
function maskedUrl(url: string): string {
  return url
    .slice(0, 2048)
    .replace(/#.*$/s, "")
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?]*@/i, "$1")
    .replace(/\?.*$/s, (query) => query.replaceAll(/=[^&]*/g, "=*"));
}
