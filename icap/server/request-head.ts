import { type HeaderList, headerValue, headerValues } from "../../src/core/headers.ts";
import { type BodySection, type Encapsulated, parseEncapsulated } from "../protocol/encapsulated.ts";
import { IcapError, malformed } from "../protocol/icap-error.ts";
import { LONGEST_HEAD } from "../protocol/limits.ts";

const METHODS = ["OPTIONS", "REQMOD", "RESPMOD"] as const;
export type Method = (typeof METHODS)[number];

const LONGEST_PREVIEW = 2 ** 20;
const NULL_BODY: Encapsulated = { heads: [], body: "null-body" };
const FAMILY: Readonly<Record<Method, { readonly heads: readonly string[]; readonly bodies: readonly BodySection[] }>> =
  {
    OPTIONS: { heads: [], bodies: ["opt-body", "null-body"] },
    REQMOD: { heads: ["req-hdr"], bodies: ["req-body", "null-body"] },
    RESPMOD: { heads: ["req-hdr", "res-hdr"], bodies: ["res-body", "null-body"] },
  };

/** The method and URI of a request line. Throws `IcapError`. */
export function readRequestLine(line: string): { readonly method: Method; readonly uri: string } {
  const [, name = "", uri = "", protocol, major] = /^(\S+) (\S+) (ICAP|HTTP)\/(\d)\.\d$/.exec(line) ?? [];
  if (protocol === undefined) throw malformed("the request line is not a method, a URI and ICAP/1.0");
  const method = METHODS.find((known) => known === name);
  if (method === undefined) {
    if (protocol === "HTTP") throw malformed("this is an HTTP request, and the service speaks ICAP/1.0");
    throw new IcapError(501, "the methods are OPTIONS, REQMOD and RESPMOD");
  }
  if (protocol !== "ICAP" || major !== "1") throw new IcapError(505, "the protocol is ICAP/1.0");
  return { method, uri };
}

/** What follows the head of a request. Throws `IcapError` where it is not what the method has. */
export function readEncapsulated(fields: HeaderList, method: Method): Encapsulated {
  const [value, second] = headerValues(fields, "encapsulated");
  if (second !== undefined) throw malformed("there are several Encapsulated fields");
  if (value === undefined && method !== "OPTIONS") throw malformed("the Encapsulated field is missing");
  const encapsulated = value === undefined ? NULL_BODY : parseEncapsulated(value, LONGEST_HEAD);
  const { heads, bodies } = FAMILY[method];
  if (!bodies.includes(encapsulated.body) || !encapsulated.heads.every(({ section }) => heads.includes(section)))
    throw malformed(`Encapsulated names sections that a ${method} does not have`);
  return encapsulated;
}

/** Bytes of the preview, or undefined where there is none. Throws `IcapError`. */
export function readPreview(fields: HeaderList): number | undefined {
  const value = headerValue(fields, "preview");
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value) || Number(value) > LONGEST_PREVIEW)
    throw malformed(`Preview is not a number up to ${LONGEST_PREVIEW}`);
  return Number(value);
}
