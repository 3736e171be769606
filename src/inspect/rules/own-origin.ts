import ipaddr from "ipaddr.js";
import { CharClass } from "../../core/char-class.ts";
import { isInternalHost } from "../../core/internal-host.ts";

const URL_CLASSES = CharClass.colon | CharClass.slash;
/** A name that stands for the vendor itself; reserved (RFC 2606), so it means nothing else. */
const VENDOR = "https://vendor.example";

/**
 * The origin of a vendor that rules may take for somebody else's machine: one on an internal name, or on an address; undefined for
 * others. It may name itself: pagination links are no request forgery.
 */
export function ownOriginOf(upstream: string | undefined): string | undefined {
  const url = upstream === undefined ? null : URL.parse(upstream);
  if (url === null) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return isInternalHost(url.hostname) || ipaddr.isValid(host) ? url.origin : undefined;
}

/** Whether characters of these classes can name an origin. */
export function mayNameOrigin(classes: number): boolean {
  return (classes & URL_CLASSES) === URL_CLASSES;
}

/** A text with an origin taken for a public name. */
export function withoutOrigin(value: string, origin: string): string {
  if (!value.includes(origin)) return value;
  const pieces = value.split(origin);
  return pieces.reduce((text, piece) => text + (/^(?:$|[/?#\s"'<>)\],])/.test(piece) ? VENDOR : origin) + piece);
}
