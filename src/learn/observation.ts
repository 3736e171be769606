import { Budget } from "../core/budget.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Finding } from "../core/finding.ts";
import type { Policy } from "../core/policy.ts";
import type { Verdict } from "../core/verdict.ts";
import { decode } from "../decode/decode.ts";
import type { Observation } from "./learned-api.ts";

/**
 * Why nothing is to be learned from an exchange: whatever the inspection found, but for differences from the schemas of now, which
 * are what learning again is for. What a rule flags must not become what is expected.
 */
export function flagsOf({ findings }: Pick<Verdict, "findings">): readonly Finding[] {
  return findings.filter(({ category }) => category !== "schema");
}

/** What is learned from an exchange that was inspected and not flagged. `now` is a monotonic clock in milliseconds. */
export function observationOf(exchange: Exchange, policy: Policy, now: () => number): Observation {
  const { request, status } = exchange;
  const common = { method: request.method, url: request.url, status };
  if (exchange.body.length === 0) return { ...common, mediaType: undefined };
  const { body } = decode(exchange, { policy, budget: new Budget(policy.limits, now) }).tree;
  if (body.format !== "json") return { ...common, mediaType: body.mediaType };
  const { buffer, byteOffset, length } = body.source;
  try {
    const value: unknown = JSON.parse(Buffer.from(buffer, byteOffset, length).toString("utf8"));
    return { ...common, mediaType: body.mediaType, json: { value } };
  } catch {
    // The decoder is more lenient than applications are; a later look at the content says what is wrong with it.
    return { ...common, mediaType: body.mediaType };
  }
}
