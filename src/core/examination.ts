import { BudgetExceeded } from "./budget.ts";
import { type Action, strongerAction } from "./category.ts";
import { evidenceOf } from "./evidence.ts";
import type { Defect, Exchange } from "./exchange.ts";
import type { Detection, Finding } from "./finding.ts";
import { detectionLocation } from "./location.ts";
import { decideAction } from "./policy.ts";
import type { Decode, InspectionContext, Stage, Tree } from "./stage.ts";

/** What reads an exchange: one decoder and the stages in order. */
export interface Examiners {
  readonly decode: Decode;
  readonly stages: readonly Stage[];
  /** Told how long each stage took, in milliseconds, and whether it failed. */
  readonly onStage?: ((stage: string, elapsedMs: number, failed: boolean) => void) | undefined;
  /** Monotonic clock in milliseconds. */
  readonly now: () => number;
}

/** A detection and what policy makes of it. */
export interface Decision {
  readonly detection: Detection;
  readonly action: Action;
}

/** An exchange after every stage has seen it. */
export interface Examination {
  readonly tree: Tree;
  readonly decisions: readonly Decision[];
  /** The strongest action of all; `report` where there is nothing to do. */
  readonly worst: Action;
}

/** Decodes an exchange, runs every stage over it and decides about each detection. Never rejects. */
export async function examine(
  exchange: Exchange,
  examiners: Examiners,
  context: InspectionContext,
): Promise<Examination> {
  const began = examiners.now();
  const decoding = examiners.decode(exchange, context);
  const { tree, detections } = decoding instanceof Promise ? await decoding : decoding;
  if (exchange.body.length > 0) examiners.onStage?.("decode", examiners.now() - began, false);
  const results = runStages(tree, examiners, context);
  const decisions: Decision[] = [];
  let worst: Action = "report";
  const decide = (detection: Detection): void => {
    const action = decideAction(context.policy, detection);
    worst = strongerAction(worst, action);
    decisions.push({ detection, action });
  };
  detections.forEach(decide);
  if (exchange.defect !== undefined) decide(defectDetection(exchange.defect, tree));
  for (const result of results) (Array.isArray(result) ? result : await result).forEach(decide);
  return { tree, decisions, worst };
}

type StageResult = readonly Detection[] | Promise<readonly Detection[]>;

/** The results of all stages, in their order. */
function runStages(tree: Tree, examiners: Examiners, context: InspectionContext): readonly StageResult[] {
  const { stages } = examiners;
  const asked = stages.map((stage) =>
    stage.asksOthers?.(context.policy) === true ? runStage(stage, tree, examiners, context) : undefined,
  );
  return stages.map((stage, i) => asked[i] ?? runStage(stage, tree, examiners, context));
}

/** Runs one stage; what it throws becomes a detection, since a body that was not fully inspected is not clean. */
function runStage(stage: Stage, tree: Tree, examiners: Examiners, context: InspectionContext): StageResult {
  const began = examiners.now();
  // Header fields alone take no time worth a series of figures.
  const finished = (failed: boolean): void => {
    if (failed || tree.exchange.body.length > 0) examiners.onStage?.(stage.name, examiners.now() - began, failed);
  };
  const failure = (error: unknown): readonly Detection[] => {
    finished(!(error instanceof BudgetExceeded));
    return [stageFailure(stage, tree, error)];
  };
  try {
    const result = stage.inspect(tree, context);
    if (result instanceof Promise)
      return result.then((detections) => {
        finished(false);
        return detections;
      }, failure);
    finished(false);
    return result;
  } catch (error) {
    return failure(error);
  }
}

function defectDetection(defect: Defect, { body }: Tree): Detection {
  return { stage: "limits", severity: "high", part: body, evidence: "", remedy: { kind: "none" }, ...defect };
}

function stageFailure(stage: Stage, tree: Tree, error: unknown): Detection {
  const shared = { stage: stage.name, part: tree.body, evidence: "", remedy: { kind: "none" } } as const;
  if (error instanceof BudgetExceeded)
    return {
      ...shared,
      category: "limits",
      rule: `lazaret/limits/${error.limit}`,
      severity: "high",
      message: `${stage.name}: ${error.message}`,
    };
  return {
    ...shared,
    category: "unscannable",
    rule: "lazaret/stage-failed",
    severity: "high",
    message: `the ${stage.name} stage failed: ${evidenceOf(String(error))}`,
  };
}

/** The public form of a decision. */
export function findingOf({ detection, action }: Decision): Finding {
  const { stage, category, rule, severity, message, difference } = detection;
  const location = detectionLocation(detection);
  const evidence = evidenceOf(detection.evidence);
  const finding = { stage, category, rule, severity, message, location, evidence, action };
  return difference === undefined ? finding : { ...finding, difference };
}
