import type { Finding } from "./finding.ts";

/** Kinds of problem responses, with their status; `urn:lazaret:KIND` is the `type` (RFC 9457). */
export const PROBLEMS = {
  blocked: { status: 502, title: "The vendor's response was blocked" },
  "unknown-vendor": { status: 404, title: "No vendor of this name is configured" },
  "upstream-unreachable": { status: 502, title: "The vendor could not be reached" },
  "upstream-timeout": { status: 504, title: "The vendor did not answer in time" },
  overloaded: { status: 503, title: "Too much is being inspected at the moment" },
  "upgrade-refused": { status: 501, title: "Upgrades are not allowed for this vendor" },
  "content-too-large": { status: 413, title: "The content is larger than allowed" },
  "headers-too-large": { status: 431, title: "The header section is larger than allowed" },
  "bad-request": { status: 400, title: "The request cannot be understood" },
  unauthorized: { status: 401, title: "A valid token is needed" },
  forbidden: { status: 403, title: "Not allowed from here" },
  "not-found": { status: 404, title: "There is no such resource" },
  "method-not-allowed": { status: 405, title: "The resource does not support this method" },
  conflict: { status: 409, title: "The resource is in another state" },
  "invalid-configuration": { status: 422, title: "The configuration is not valid" },
  internal: { status: 500, title: "Lazaret failed" },
} as const;

export type ProblemKind = keyof typeof PROBLEMS;

/** Members of a problem beside those that its kind gives. */
export interface ProblemDetails {
  readonly detail?: string;
  /** Incident id, shown as `urn:uuid:ID`. */
  readonly incident?: string;
  readonly vendor?: string;
  readonly findings?: readonly Finding[];
  readonly errors?: readonly unknown[];
}

/** A problem document (RFC 9457), to be sent as `application/problem+json` with `PROBLEMS[kind].status`. */
export function problemDocument(kind: ProblemKind, details: ProblemDetails = {}): Record<string, unknown> {
  const { incident, ...members } = details;
  return {
    type: `urn:lazaret:${kind}`,
    ...PROBLEMS[kind],
    ...(incident === undefined ? {} : { instance: `urn:uuid:${incident}` }),
    ...members,
  };
}
