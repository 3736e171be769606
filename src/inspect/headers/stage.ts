import type { Detection } from "../../core/finding.ts";
import { headerValue } from "../../core/headers.ts";
import type { InspectionContext, Stage, Tree } from "../../core/stage.ts";
import { checkAmbiguity } from "./ambiguous.ts";
import type { FieldCheck, FieldDetection, HeaderContext } from "./check.ts";
import { checkSetCookie } from "./cookies.ts";
import { checkDangerousField } from "./dangerous.ts";
import { checkContentDisposition } from "./disposition.ts";
import { checkFieldSyntax } from "./framing.ts";
import { checkRedirect } from "./redirect.ts";
import { checkStatus } from "./status.ts";

const CHECKS: readonly FieldCheck[] = [
  checkFieldSyntax,
  checkDangerousField,
  checkSetCookie,
  checkContentDisposition,
  checkRedirect,
];

/** The `headers` stage: what the header section and the status themselves can do (THREATS, section b). */
export function createHeadersStage(): Stage {
  return {
    name: "headers",
    inspect(tree, context) {
      const { exchange } = tree;
      const headerContext: HeaderContext = { exchange, policy: context.policy, base: baseOf(tree, context) };
      const detections: Detection[] = [];
      const report = (detection: FieldDetection, leaf?: number): void => {
        detections.push({
          stage: "headers",
          part: tree.headers,
          ...detection,
          ...(leaf === undefined ? {} : { leaf }),
        });
      };
      exchange.headers.forEach(([name, value], leaf) => {
        const field = { name: name.toLowerCase(), value };
        for (const check of CHECKS) {
          const detection = check(field, headerContext);
          if (detection !== undefined) report(detection, leaf);
        }
      });
      for (const detection of checkStatus(exchange)) report(detection);
      for (const detection of checkAmbiguity(exchange.headers)) report(detection);
      for (const detection of oversize(tree, context)) report(detection);
      return detections;
    },
  };
}

/** The URL of the request at the vendor: absolute as the door gave it, else below the vendor's upstream. */
function baseOf({ exchange }: Tree, { policy }: InspectionContext): URL | undefined {
  const base = policy.upstream;
  const host = base ?? headerValue(exchange.request.headers, "host");
  return URL.parse(exchange.request.url, base ?? (host === undefined ? undefined : `https://${host}`)) ?? undefined;
}

function oversize({ exchange }: Tree, { policy }: InspectionContext): FieldDetection[] {
  const { headers: count, headerBytes: bytes } = policy.limits;
  const size = exchange.headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return [
    ...(exchange.headers.length > count ? [exceeded("headers", count)] : []),
    ...(size > bytes ? [exceeded("headerBytes", bytes)] : []),
  ];
}

function exceeded(limit: string, allowed: number): FieldDetection {
  return {
    category: "limits",
    rule: `lazaret/limits/${limit}`,
    severity: "high",
    message: `the header section has more than the ${limit} limit of ${allowed}`,
    evidence: "",
    remedy: { kind: "none" },
  };
}
