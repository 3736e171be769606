import type { IncomingHttpHeaders } from "node:http";
import { fieldsThatGoOn, HOP_BY_HOP } from "../core/hop-by-hop.ts";
import type { HeaderList } from "../core/headers.ts";

/**
 * Fields that bind to the origin that sends them. Behind the gateway that would be the gateway's own origin, which is
 * not the vendor's to speak for, so they end here as hop-by-hop fields do.
 */
const ORIGIN_SCOPED = [
  "strict-transport-security",
  "alt-svc",
  "nel",
  "report-to",
  "reporting-endpoints",
  "expect-ct",
  "p3p",
  "server-timing",
  "x-xss-protection",
];

/** Fields that ask for a part of the content, which is cut from the inspected whole. */
export const RANGE_FIELDS: readonly string[] = ["range", "if-range"];

const NOT_OF_REQUESTS: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...RANGE_FIELDS, "expect"]);
const NOT_OF_RESPONSES: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...ORIGIN_SCOPED]);

/** A request's end-to-end fields; `Expect` was answered here. */
export function requestFields(headers: HeaderList): HeaderList {
  return fieldsThatGoOn(headers, NOT_OF_REQUESTS);
}

/** A response's end-to-end fields. */
export function responseFields(headers: HeaderList): HeaderList {
  return fieldsThatGoOn(headers, NOT_OF_RESPONSES);
}

/**
 * What Node made of a request's fields, with only these left: an object of its own, since deleting from one makes it slow
 * for whoever reads it next.
 */
export function onlyFields(parsed: IncomingHttpHeaders, kept: HeaderList): IncomingHttpHeaders {
  const left: IncomingHttpHeaders = {};
  for (const [field] of kept) {
    const name = field.toLowerCase();
    const value = parsed[name];
    if (value !== undefined) left[name] = value;
  }
  return left;
}
