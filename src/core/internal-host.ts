import ipaddr from "ipaddr.js";

/** Name endings that mean this machine or this network (RFC 6761, RFC 8375, cloud metadata names). */
const INTERNAL_SUFFIXES = [
  ".localhost",
  ".local",
  ".internal",
  ".intranet",
  ".lan",
  ".corp",
  ".home.arpa",
  ".localdomain",
];

/** Public names whose only purpose is to resolve to an address written in them, or to loopback. */
const WILDCARD_DNS = /^(?:.*[.-])?((?:\d{1,3}[.-]){3}\d{1,3})\.(?:nip\.io|sslip\.io|xip\.io|traefik\.me)$/;
const LOOPBACK_NAMES = /(?:^|\.)(?:localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|yoogle\.com|readme\.localtest\.me)$/;

/**
 * Whether an IP address is one that a third party has no business naming: private, loopback, link-local, carrier-grade
 * NAT, multicast, reserved, or one of these inside IPv6 (mapped, 6to4, NAT64). False for what is not an address.
 */
export function isInternalAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv6") {
    const embedded = embeddedAddress(parsed.toByteArray(), parsed.range());
    if (embedded !== undefined) return isInternalAddress(embedded);
  }
  return parsed.range() !== "unicast";
}

/** Whether an address is this machine's own. */
export function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback";
}

/** The IPv4 address that a 6to4 (RFC 3056) or NAT64 (RFC 6052) address carries. */
function embeddedAddress(bytes: readonly number[], range: string): string | undefined {
  if (range === "6to4") return bytes.slice(2, 6).join(".");
  if (range === "rfc6052") return bytes.slice(12, 16).join(".");
  return undefined;
}

/**
 * Whether a host, as `URL.hostname` gives it (which already turns decimal, hexadecimal, octal and full-width
 * spellings into a plain address), is internal: an internal address, a local name, or a name without a dot.
 */
export function isInternalHost(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  if (host === "") return false;
  if (ipaddr.isValid(host)) return isInternalAddress(host);
  const written = WILDCARD_DNS.exec(host)?.[1]?.replaceAll("-", ".");
  if (written !== undefined) return isInternalAddress(written);
  if (LOOPBACK_NAMES.test(host)) return true;
  return !host.includes(".") || INTERNAL_SUFFIXES.some((suffix) => host.endsWith(suffix));
}
