import type { HeaderField, HeaderList } from "../core/headers.ts";
import { headerValues } from "../core/headers.ts";

/** Fields of one connection and not of the message (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = [
  "connection",
  "proxy-connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

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

/** Fields that only Lazaret sets. */
const OWN = /^lazaret-/i;

function connectionOptions(headers: HeaderList): string[] {
  return headerValues(headers, "connection").flatMap((value) =>
    value.split(",").map((option) => option.trim().toLowerCase()),
  );
}

function without(headers: HeaderList, names: ReadonlySet<string>): HeaderField[] {
  const options = new Set(connectionOptions(headers));
  return headers.filter(([field]) => {
    const name = field.toLowerCase();
    return !names.has(name) && !options.has(name) && !OWN.test(name);
  });
}

/** Fields that ask for a part of the content, which is cut from the inspected whole. */
export const RANGE_FIELDS: readonly string[] = ["range", "if-range"];

const NOT_OF_REQUESTS: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...RANGE_FIELDS, "expect"]);
const NOT_OF_RESPONSES: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...ORIGIN_SCOPED]);

/** A request's end-to-end fields; `Expect` was answered here. */
export function requestFields(headers: HeaderList): HeaderList {
  return without(headers, NOT_OF_REQUESTS);
}

/** A response's end-to-end fields. */
export function responseFields(headers: HeaderList): HeaderList {
  return without(headers, NOT_OF_RESPONSES);
}
