import type { Exchange } from "../../core/exchange.ts";
import { headerValue } from "../../core/headers.ts";
import type { FieldDetection } from "./check.ts";

/** Statuses that contradict the rest of the exchange (RFC 9110, section 15). */
export function checkStatus(exchange: Exchange): FieldDetection[] {
  const message = contradiction(exchange);
  if (message === undefined) return [];
  return [
    {
      category: "malformed",
      rule: "lazaret/header/status",
      severity: "high",
      message,
      evidence: String(exchange.status),
      remedy: { kind: "none" },
    },
  ];
}

function contradiction({ status, body, request, headers }: Exchange): string | undefined {
  if (!Number.isInteger(status) || status < 100 || status > 599) return "the status is not between 100 and 599";
  if (status === 407) return "a vendor answers for a proxy, which it is not";
  if ((status === 204 || status === 304) && body.length > 0) return `a ${status} response has content`;
  const ranged = headerValue(request.headers, "range") !== undefined;
  if (status === 206 && !ranged && headerValue(headers, "content-range") !== undefined && request.headers.length > 0)
    return "a part is answered though no range was asked for";
  return undefined;
}
