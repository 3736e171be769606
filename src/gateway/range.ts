import { type HeaderList, headerValue } from "../core/headers.ts";

/** What a request asks of the representation: all of it, one range (end inclusive), or a range that is not there. */
export type RangeSelection =
  | { readonly kind: "whole" }
  | { readonly kind: "range"; readonly start: number; readonly end: number }
  | { readonly kind: "unsatisfiable" };

const WHOLE: RangeSelection = { kind: "whole" };

/**
 * The range that a request's fields select from a delivered response of `length` bytes (RFC 9110, section 14). Several
 * ranges, other units, and an `If-Range` that no strong validator answers get the whole, as the RFC allows.
 */
export function selectRange(request: HeaderList, response: HeaderList, length: number): RangeSelection {
  const range = headerValue(request, "range");
  if (range === undefined || !validatorHolds(headerValue(request, "if-range"), response)) return WHOLE;
  const [, first, last] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/.exec(range) ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return WHOLE;
  if (first === "") {
    const suffix = Number(last);
    if (suffix === 0 || length === 0) return { kind: "unsatisfiable" };
    return { kind: "range", start: Math.max(0, length - suffix), end: length - 1 };
  }
  const start = Number(first);
  const end = last === "" ? length - 1 : Math.min(Number(last), length - 1);
  if (last !== "" && Number(last) < start) return WHOLE;
  return start >= length ? { kind: "unsatisfiable" } : { kind: "range", start, end };
}

function validatorHolds(ifRange: string | undefined, response: HeaderList): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return headerValue(response, "etag") === ifRange;
  return !ifRange.startsWith("W/") && headerValue(response, "last-modified") === ifRange;
}
