import { isUtf8 } from "node:buffer";
import type { Finding } from "./finding.ts";
import type { Verdict, VerdictName } from "./verdict.ts";

/** One line of output of `scan --batch` and `scan --json` (DESIGN, section 4), without the member that names the input. */
export interface VerdictObject {
  readonly verdict: VerdictName;
  readonly would?: "sanitized" | "blocked";
  readonly findings: readonly Finding[];
  readonly body?: string;
  readonly bodyBase64?: string;
  readonly elapsedMs: number;
}

/** `asText`: whether the input's body came as a string, and the output is to be one where it can. */
export function verdictObject({ verdict, would, findings, body, elapsedMs }: Verdict, asText: boolean): VerdictObject {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const content = asText && isUtf8(bytes) ? { body: bytes.toString("utf8") } : { bodyBase64: bytes.toString("base64") };
  return {
    verdict,
    ...(would === undefined ? {} : { would }),
    findings,
    ...(verdict === "sanitized" ? content : {}),
    elapsedMs,
  };
}
