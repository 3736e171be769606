import { createHash, timingSafeEqual } from "node:crypto";

/** Whether a token is the expected one. Compares digests, so that the time taken tells nothing about it. */
export function sameToken(sent: string, expected: string): boolean {
  return timingSafeEqual(digest(sent), digest(expected));
}

/** The token of an `Authorization` or `Proxy-Authorization` field (RFC 6750), or an empty string. */
export function bearerToken(field: string | undefined): string {
  return /^Bearer +(.+?) *$/i.exec(field ?? "")?.[1] ?? "";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
