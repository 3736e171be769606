import type { Detection } from "../../core/finding.ts";
import type { Part } from "../../core/part.ts";
import type { Tree } from "../../core/stage.ts";
import type { ActiveRule } from "./active-rule.ts";
import { fromByteString } from "./byte-string.ts";
import type { ExchangeMatch } from "./exchange-rules.ts";
import type { Member } from "./scope.ts";
import { expandTemplate } from "./seclang/template.ts";

/** What a match of a rule is reported as; where it is and what may come of it is the caller's to say. */
export function ruleDetection({ rule }: ActiveRule, matched: string, part: Part): Detection {
  const { id, category, severity, disruption } = rule;
  return {
    stage: "rules",
    category: category ?? "leak",
    rule: id,
    severity,
    message: expandTemplate(rule.message, () => undefined),
    part,
    evidence: fromByteString(matched),
    ...(disruption === "pass" ? { atMost: "report" } : {}),
    // A rule that names no attack says by its action what is to be done.
    ...(category === undefined ? { byDefault: disruption === "deny" ? "block" : "sanitize" } : {}),
  };
}

/** Matches of rules that judge the exchange as a whole. */
export function exchangeDetections(matches: readonly ExchangeMatch[], tree: Tree, threshold: number): Detection[] {
  return matches.map(({ active, member, matched }) => ({
    ...ruleDetection(active, matched, tree.body),
    ...placeOfMember(member),
    ...(active.score < threshold ? { atMost: "report" } : {}),
  }));
}

function placeOfMember(member: Member): Pick<Detection, "remedy"> | Pick<Detection, "part" | "leaf"> {
  return member.at ?? { remedy: { kind: "none" } };
}
