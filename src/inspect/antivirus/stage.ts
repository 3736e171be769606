import type { Detection } from "../../core/finding.ts";
import { type Part, partsOf } from "../../core/part.ts";
import type { Policy } from "../../core/policy.ts";
import type { InspectionContext, Stage, Tree } from "../../core/stage.ts";
import type { AntivirusEngine, ScanResult } from "./engine.ts";

/** The `antivirus` stage: the body and every part inside it, each engine that the policy names. */
export function createAntivirusStage(enginesOf: (policy: Policy) => readonly AntivirusEngine[]): Stage {
  return {
    name: "antivirus",
    asksOthers: (policy) => enginesOf(policy).some(({ isRemote }) => isRemote),
    inspect(tree, context) {
      const engines = enginesOf(context.policy);
      return engines.length === 0 || tree.exchange.body.length === 0 ? [] : scanTree(tree, engines, context);
    },
  };
}

async function scanTree(
  { body }: Tree,
  engines: readonly AntivirusEngine[],
  { policy, budget }: InspectionContext,
): Promise<Detection[]> {
  const detections: Detection[] = [];
  for (const part of partsOf(body)) {
    if (part.bytes.length === 0) continue;
    const ask = async (engine: AntivirusEngine): Promise<void> => {
      budget.checkTime();
      const detection = detectionOf(await scanPart(engine, part), engine, part, policy);
      if (detection !== undefined) detections.push(detection);
    };
    if (policy.antivirus.parallel) await Promise.all(engines.map(ask));
    else for (const engine of engines) await ask(engine);
  }
  return detections;
}

async function scanPart(engine: AntivirusEngine, { bytes }: Part): Promise<ScanResult> {
  if (bytes.length <= engine.longest) return await engine.scan(bytes);
  const { state, required } = await engine.health();
  if (state === "absent" && !required) return { kind: "absent" };
  return { kind: "failed", reason: `${bytes.length} bytes are more than antivirus.maxSize` };
}

function detectionOf(
  result: ScanResult,
  { name, place, unavailable: own }: AntivirusEngine,
  part: Part,
  { antivirus }: Policy,
): Detection | undefined {
  const unavailable = own ?? antivirus.unavailable;
  const said = place === undefined ? name : `${name} at ${place}`;
  switch (result.kind) {
    case "clean":
    case "absent":
      return undefined;
    case "infected":
      return {
        stage: "antivirus",
        category: "malware",
        rule: `lazaret/${name}/${plainName(result.names[0] ?? "unnamed")}`,
        severity: "critical",
        message: `malware, says ${said}`,
        part,
        evidence: result.names.join(", "),
      };
    case "failed":
      return {
        stage: "antivirus",
        category: "unscannable",
        rule: `lazaret/${name}/no-verdict`,
        severity: "high",
        message: `${said} gave no verdict`,
        part,
        evidence: result.reason,
        ...(unavailable === "report" ? { atMost: "report" } : { byDefault: unavailable }),
      };
    default:
      return result satisfies never;
  }
}

function plainName(name: string): string {
  return name.replaceAll(/[^\w.:-]+/g, "-").slice(0, 100);
}
