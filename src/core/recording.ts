import { QUARANTINE_RULE } from "./disarm-policy.ts";
import type { Exchange } from "./exchange.ts";
import type { IncidentRecorder } from "./incident.ts";
import type { Inspector, Verdict } from "./verdict.ts";

/**
 * An inspector that records every verdict with findings, and hands on what was only held for review once a person has released
 * it. Where recording fails the verdict still holds, without an incident, and `onFailure` is told.
 */
export function recordingInspector(
  inspector: Inspector,
  recorder: IncidentRecorder,
  door: string,
  onFailure: (error: unknown) => void,
): Inspector {
  return {
    async inspect(exchange) {
      const inspected = await inspector.inspect(exchange);
      if (inspected.findings.length === 0) return inspected;
      let verdict = inspected;
      try {
        if (isOnlyHeld(inspected) && (await recorder.isReleased(exchange))) verdict = released(exchange, inspected);
        return { ...verdict, incident: await recorder.record(exchange, verdict, door) };
      } catch (error) {
        onFailure(error);
        return verdict;
      }
    },
  };
}

/** Whether nothing but a file's quarantine keeps a response from being delivered as it came. */
function isOnlyHeld({ verdict, findings }: Verdict): boolean {
  return verdict === "blocked" && findings.every(({ rule, action }) => rule === QUARANTINE_RULE || action === "report");
}

/** What is delivered of a response that a person has looked at. */
function released({ status, headers, body }: Exchange, { findings, elapsedMs }: Verdict): Verdict {
  const reported = findings.map((finding) => ({ ...finding, action: "report" as const }));
  return { verdict: "pass", findings: reported, changes: [], status, headers, body, elapsedMs };
}
