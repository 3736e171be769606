import { Budget } from "../core/budget.ts";
import type { Action } from "../core/category.ts";
import { type Exchange } from "../core/exchange.ts";
import type { Detection } from "../core/finding.ts";
import { decideAction, type Policy } from "../core/policy.ts";
import type { Tree } from "../core/stage.ts";
import { decode } from "../decode/decode.ts";
import { sanitizeFragment } from "../disarm/html.ts";
import type { ActiveRule } from "../inspect/rules/active-rule.ts";
import type { Place } from "../inspect/rules/collections.ts";
import { contextScore } from "../inspect/rules/context.ts";
import { exchangeCollections } from "../inspect/rules/exchange-collections.ts";
import { leafPlace } from "../inspect/rules/leaf-name.ts";
import type { RuleBook } from "../inspect/rules/rule-book.ts";
import { inspectTree } from "../inspect/rules/stage.ts";
import { thresholdOf } from "../inspect/rules/threshold.ts";
import { traceMatch, type TraceStep } from "../inspect/rules/trace.ts";

/** What would become of a value in a response. */
export type Fate = "nothing found" | "only reported" | "sanitized" | "blocked";

/** What the rules say of one value. */
export interface Judgement {
  readonly value: string;
  readonly place: Place;
  readonly rules: readonly JudgedRule[];
  /** The highest score of a leaf, weighed by what the leaf is. */
  readonly score: number;
  /** What that leaf is. */
  readonly context: string;
  readonly threshold: number;
  readonly fate: Fate;
}

/** One rule that matched. */
interface JudgedRule {
  readonly id: string;
  readonly category: string;
  readonly message: string;
  readonly action: Action;
  readonly steps: readonly TraceStep[];
  /** The matched bytes: a byte string. */
  readonly matched: string;
}

/** What a value is judged by. */
export interface Judge {
  readonly book: RuleBook;
  readonly policy: Policy;
  /** Every rule in force, by its id. */
  readonly rules: ReadonlyMap<string, ActiveRule>;
}

const FATES: Readonly<Record<Action, Fate>> = { report: "only reported", sanitize: "sanitized", block: "blocked" };

/** Puts a value into a response and has it inspected by the rules, as the pipeline would. May throw `BudgetExceeded`. */
export function judgeValue(judge: Judge, place: Place, value: string): Judgement {
  const { book, policy } = judge;
  const context = { policy, budget: new Budget(policy.limits, () => performance.now()) };
  const { tree } = decode(exchangeWith(place, value), context);
  const detections = inspectTree(tree, book, context, sanitizeFragment);
  const actions = detections.map((detection) => decideAction(policy, detection));
  const rules = detections.flatMap((detection, i) => judgedRule(judge, tree, detection, actions[i] ?? "report"));
  const worst = (["block", "sanitize", "report"] as const).find((action) => actions.includes(action));
  return {
    value,
    place,
    rules,
    ...worstScore(judge, detections),
    threshold: thresholdOf(book, { policy }),
    fate: worst === undefined ? "nothing found" : FATES[worst],
  };
}

function exchangeWith(place: Place, value: string): Exchange {
  const inBody = place === "headers" ? {} : place === "keys" ? { [value]: "" } : { v: value };
  const field: [string, string][] =
    place === "headers" ? [["X-Value", Buffer.from(value, "utf8").toString("latin1")]] : [];
  return {
    vendor: undefined,
    request: { method: "GET", url: "/", headers: [] },
    status: 200,
    headers: [["Content-Type", "application/json"], ...field],
    body: Buffer.from(JSON.stringify(inBody)),
  };
}

function judgedRule(
  { book, rules }: Judge,
  tree: Tree,
  { rule: id, category, message, evidence, part, leaf }: Detection,
  action: Action,
): JudgedRule[] {
  const active = rules.get(id);
  if (active === undefined) return [];
  const place = leaf === undefined ? undefined : leafPlace(part, leaf);
  const around = { ...book.nowhere, collections: exchangeCollections(tree) };
  const trace =
    leaf === undefined || place === undefined ? undefined : traceMatch(active, place, part.leaves.value(leaf), around);
  const { steps = [], matched = Buffer.from(evidence, "utf8").toString("latin1") } = trace ?? {};
  return [{ id, category, message, action, steps, matched }];
}

/** The highest score over the leaves in which rules matched. */
function worstScore({ book, rules }: Judge, detections: readonly Detection[]): { score: number; context: string } {
  const groups = Map.groupBy(detections, ({ part, leaf }) => `${part.label} ${leaf ?? ""}`);
  let worst = { score: 0, context: "other" };
  for (const group of groups.values()) {
    const actives = group.flatMap(({ rule }) => rules.get(rule) ?? []);
    const [{ part, leaf } = { part: undefined, leaf: undefined }] = group;
    const place = part === undefined || leaf === undefined ? undefined : leafPlace(part, leaf);
    const here =
      part === undefined || leaf === undefined || place !== "values"
        ? { score: actives.reduce((sum, { score }) => sum + score, 0), context: place ?? "response" }
        : contextScore(actives, part.leaves.value(leaf), part.leaves.classes(leaf), undefined, (text) =>
            book.matches("values", text).map(({ active }) => active),
          );
    if (here.score > worst.score) worst = here;
  }
  return worst;
}
