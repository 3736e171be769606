import { headerValue } from "../../src/core/headers.ts";
import type { Answered } from "./connection.ts";
import type { IcapReply } from "./reply-parser.ts";
import type { ServiceOptions } from "./service-options.ts";

/** What a scanner says of some content. */
export type ScannerVerdict =
  | { readonly kind: "clean" }
  | { readonly kind: "infected"; readonly names: readonly string[] }
  /** It refuses the content and names no malware. */
  | { readonly kind: "blocked"; readonly status: number }
  /** It gave other content back. */
  | { readonly kind: "sanitized"; readonly body: Buffer; readonly names: readonly string[] }
  /** Anything else: never clean. */
  | { readonly kind: "failed"; readonly reason: string };

const INFECTION_FIELDS = ["x-infection-found", "x-virus-id", "x-violations-found"] as const;
const REPAIRED = /(?:^|;)\s*Resolution=1\s*(?:;|$)/i;
const REFUSED = 400;

/** Classifies an answer; only what can mean nothing else is clean. */
export function classify({ reply, early }: Answered, original: Uint8Array, options: ServiceOptions): ScannerVerdict {
  const { status, fields, http, isResponse, body } = reply;
  const names = INFECTION_FIELDS.some((name) => headerValue(fields, name) !== undefined) ? threatNames(reply) : [];
  if (status !== 200 && status !== 204 && status !== 206)
    return { kind: "failed", reason: `the service answered ${status}` };
  const isRepaired = REPAIRED.test(headerValue(fields, "x-infection-found") ?? "");
  if (names.length > 0 && !isRepaired) return { kind: "infected", names };
  if (status === 204 && names.length > 0) return { kind: "infected", names };
  // So do services with content of a kind or size that they do not scan.
  if (early && status === 204)
    return { kind: "failed", reason: "the service said 204 before it had all of the content" };
  if (status === 204) return { kind: "clean" };
  if (http === undefined) return { kind: "failed", reason: `the service answered ${status} without a message` };
  const code = Number(/^HTTP\/\d\.\d (\d{3})/.exec(http.start)?.[1] ?? 0);
  if (isResponse && code >= REFUSED) return { kind: "blocked", status: code };
  if (isResponse && code !== 200) return { kind: "failed", reason: "the service answered with no response of its own" };
  const whole = wholeBody(reply, original);
  if (whole === undefined)
    return { kind: "failed", reason: "the service's answer refers to content that there is not" };
  const length = headerValue(http.fields, "content-length");
  if (length !== undefined && length !== String(whole.length))
    return { kind: "failed", reason: `the service's answer has ${whole.length} bytes and says ${length}` };
  if (!whole.equals(original)) return { kind: "sanitized", body: whole, names };
  if (names.length > 0) return { kind: "infected", names };
  // Some services hand on unscanned what is too large for them: so (c-icap), and never where a 204 would have done.
  if (early || (options.allows204 && body !== undefined))
    return {
      kind: "failed",
      reason: "the service gave the content back instead of saying 204, so it may not have scanned it",
    };
  return { kind: "clean" };
}

/** The message's body with what it takes from the original. */
function wholeBody({ status, body, original }: IcapReply, sent: Uint8Array): Buffer | undefined {
  const own = body ?? Buffer.alloc(0);
  if (original === undefined) return status === 206 ? undefined : own;
  return original > sent.length ? undefined : Buffer.concat([own, sent.subarray(original)]);
}

function threatNames({ fields }: IcapReply): readonly string[] {
  const threat = /Threat=([^;]*)/i.exec(headerValue(fields, "x-infection-found") ?? "")?.[1]?.trim();
  const name = threat || headerValue(fields, "x-virus-id")?.trim();
  // A count, then for each a file, a name and two numbers.
  const violations = headerValue(fields, "x-violations-found")?.split(/\s+/) ?? [];
  return [name || violations[2] || "unnamed"];
}
