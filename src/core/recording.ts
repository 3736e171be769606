import type { IncidentRecorder } from "./incident.ts";
import type { Inspector } from "./verdict.ts";

/**
 * An inspector that records every verdict with findings. Where recording fails the verdict still holds, without an
 * incident, and `onFailure` is told.
 */
export function recordingInspector(
  inspector: Inspector,
  recorder: IncidentRecorder,
  door: string,
  onFailure: (error: unknown) => void,
): Inspector {
  return {
    async inspect(exchange) {
      const verdict = await inspector.inspect(exchange);
      if (verdict.findings.length === 0) return verdict;
      try {
        return { ...verdict, incident: await recorder.record(exchange, verdict, door) };
      } catch (error) {
        onFailure(error);
        return verdict;
      }
    },
  };
}
