import type { InspectionContext } from "../../core/stage.ts";
import type { RuleBook } from "./rule-book.ts";

/** The score from which matches lead to more than a report: the policy's, else that of the packs' set-up, else 5. */
export function thresholdOf(
  { settled }: Pick<RuleBook, "settled">,
  { policy }: Pick<InspectionContext, "policy">,
): number {
  return policy.rules.threshold ?? Number(settled.variables.get("inbound_anomaly_score_threshold") ?? 5);
}
