import type { Defect, Exchange } from "./exchange.ts";
import { findingOf } from "./examination.ts";
import type { Detection } from "./finding.ts";
import { emptyLeaves, type Part } from "./part.ts";
import { decideAction, type Policy, policyForExchange } from "./policy.ts";
import type { Verdict } from "./verdict.ts";

/** The verdict about an exchange whose inspection came to no end: what policy says of the category, nothing in between. */
export function uninspectedVerdict(exchange: Exchange, policy: Policy, now: number, reason: Defect): Verdict {
  const own = policyForExchange(policy, exchange, now);
  const { status, headers, body } = exchange;
  const detection: Detection = {
    stage: "limits",
    severity: "high",
    part: wholeBody(exchange),
    evidence: "",
    remedy: { kind: "none" },
    ...reason,
  };
  const wanted = decideAction(own, detection);
  const action = wanted === "report" ? "report" : "block";
  const shared = { findings: [findingOf({ detection, action })], changes: [], status, elapsedMs: 0 };
  if (action === "report") return { ...shared, verdict: "pass", headers, body };
  if (own.mode === "monitor") return { ...shared, verdict: "pass", would: "blocked", headers, body };
  return { ...shared, verdict: "blocked", headers: [], body: new Uint8Array() };
}

function wholeBody({ body }: Exchange): Part {
  return {
    label: "body",
    parent: undefined,
    carrier: { kind: "body" },
    bytes: body,
    declaredType: undefined,
    mediaType: "application/octet-stream",
    format: "binary",
    charset: "binary",
    source: new Uint8Array(),
    encodeSource: (source) => source,
    leaves: emptyLeaves,
    children: [],
  };
}
