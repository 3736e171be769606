import { Budget, type Limits } from "./budget.ts";
import type { Exchange } from "./exchange.ts";
import { type Decision, examine, type Examination, type Examiners, findingOf } from "./examination.ts";
import type { Finding } from "./finding.ts";
import type { ShapeOf } from "./leaf-shape.ts";
import { type Policy, policyForExchange } from "./policy.ts";
import { type DisarmByFormat, rewrite } from "./rewrite.ts";
import { relocations } from "./own-urls.ts";
import type { InspectionContext, Tree } from "./stage.ts";
import type { Change, Inspector, Verdict } from "./verdict.ts";

/** What the pipeline is put together from. */
export interface PipelineParts extends Examiners {
  readonly disarm: DisarmByFormat;
  /** The policy of a vendor, or the default policy for undefined. */
  readonly policyOf: (vendor: string | undefined) => Policy;
  /** What the schemas of an exchange's vendor say of its body. */
  readonly shapeOf?: ((exchange: Exchange) => ShapeOf | undefined) | undefined;
  /** Wall clock, in milliseconds since the epoch, for exclusions that end. */
  readonly wallClock: () => number;
}

/** Rounds of sanitizing after which a response that still is not clean counts as not sanitizable. */
const ROUNDS = 4;
/** Findings that are reported, the enforced ones first; a response can hold a million. */
const MOST_FINDINGS = 1000;

/** The one pipeline behind every door: decode, inspect, decide, disarm, and inspect what came of it again. */
export function createPipeline(parts: PipelineParts): Inspector {
  return {
    async inspect(exchange) {
      const began = parts.now();
      const policy = withShapes(
        policyForExchange(parts.policyOf(exchange.vendor), exchange, parts.wallClock()),
        exchange,
        parts,
      );
      const context: InspectionContext = { policy, budget: new Budget(policy.limits, parts.now) };
      const outcome = await inspectOnce(exchange, parts, context);
      const verdict = verdictOf(exchange, policy, outcome);
      const delivered = await relocate(verdict, outcome, parts, context);
      const elapsedMs = Math.round((parts.now() - began) * 1000) / 1000;
      return { ...verdict, ...delivered, elapsedMs };
    },
  };
}

function withShapes(policy: Policy, exchange: Exchange, parts: PipelineParts): Policy {
  const shapeOf = parts.shapeOf?.(exchange);
  return shapeOf === undefined ? policy : { ...policy, shapeOf };
}

/** What `enforce` makes of an exchange; `exchange` is what is delivered where it was sanitized. */
type Outcome = {
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  /** The exchange as it came, taken apart. */
  readonly original: Tree;
} & (
  | { readonly name: "pass" }
  | { readonly name: "blocked" }
  | { readonly name: "sanitized"; readonly exchange: Exchange; readonly tree: Tree }
);

async function inspectOnce(exchange: Exchange, parts: PipelineParts, context: InspectionContext): Promise<Outcome> {
  const examination = await examine(exchange, parts, context);
  const findings = findingsOf(examination.decisions);
  const original = examination.tree;
  if (examination.worst === "block") return { name: "blocked", findings, changes: [], original };
  if (examination.worst === "report") return { name: "pass", findings, changes: [], original };
  return await sanitize(examination, findings, parts, context);
}

/** Rewrites until an inspection of the result finds nothing more to do: what is delivered has itself been inspected. */
async function sanitize(
  first: Examination,
  findings: readonly Finding[],
  parts: PipelineParts,
  context: InspectionContext,
): Promise<Outcome> {
  const changes: Change[] = [];
  let examination = first;
  for (let round = 0; round < ROUNDS; round++) {
    const rewritten = await rewrite(examination, parts.disarm, context);
    if (rewritten === undefined) break;
    changes.push(...rewritten.changes);
    const again = { ...context, budget: new Budget(limitsForResult(rewritten.exchange, context), parts.now) };
    examination = await examine(rewritten.exchange, parts, again);
    if (examination.worst === "report") {
      const { exchange } = rewritten;
      return { name: "sanitized", findings, changes, exchange, tree: examination.tree, original: first.tree };
    }
    if (examination.worst === "block") break;
  }
  const blocking = [...findings, ...notSanitizable(examination)];
  return { name: "blocked", findings: blocking, changes: [], original: first.tree };
}

/** The same limits, with the time that is left, and room for a body that came compressed and is not any more. */
function limitsForResult(result: Exchange, { policy, budget }: InspectionContext): Limits {
  return { ...policy.limits, body: Math.max(policy.limits.body, result.body.length), time: budget.timeLeft() };
}

/** Why a response that was to be sanitized is blocked after all. */
function notSanitizable({ decisions, tree }: Examination): readonly Finding[] {
  const blocking = decisions.filter(({ action }) => action === "block");
  if (blocking.length > 0) return findingsOf(blocking);
  const worst = decisions.find(({ action }) => action === "sanitize");
  return findingsOf([
    {
      action: "block",
      detection: {
        stage: "disarm",
        category: worst?.detection.category ?? "unscannable",
        rule: "lazaret/not-sanitizable",
        severity: "high",
        message: `what was found cannot be removed from this ${tree.body.mediaType}, so the response is blocked`,
        part: worst?.detection.part ?? tree.body,
        evidence: "",
      },
    },
  ]);
}

function findingsOf(decisions: readonly Decision[]): readonly Finding[] {
  if (decisions.length <= MOST_FINDINGS) return decisions.map(findingOf);
  const ranked = [
    ...decisions.filter(({ action }) => action !== "report"),
    ...decisions.filter(({ action }) => action === "report"),
  ];
  return ranked.slice(0, MOST_FINDINGS).map(findingOf);
}

function verdictOf(exchange: Exchange, policy: Policy, outcome: Outcome): Omit<Verdict, "elapsedMs"> {
  const { findings, changes } = outcome;
  const { status, headers, body } = exchange;
  if (outcome.name === "pass") return { verdict: "pass", findings, changes, status, headers, body };
  if (policy.mode === "monitor")
    return { verdict: "pass", would: outcome.name, findings, changes, status, headers, body };
  if (outcome.name === "blocked")
    return { verdict: "blocked", findings, changes, status, headers: [], body: new Uint8Array() };
  const delivered = outcome.exchange;
  return { verdict: "sanitized", findings, changes, status, headers: delivered.headers, body: delivered.body };
}

/** The vendor's own URLs in what is delivered become the gateway's, where the exchange asks for it. */
async function relocate(
  { verdict }: Pick<Verdict, "verdict">,
  outcome: Outcome,
  { disarm }: PipelineParts,
  context: InspectionContext,
): Promise<Partial<Pick<Verdict, "headers" | "body">>> {
  const tree = verdict === "sanitized" && outcome.name === "sanitized" ? outcome.tree : outcome.original;
  const { ownUrls } = tree.exchange;
  if (verdict === "blocked" || ownUrls === undefined) return {};
  const decisions = relocations(tree, ownUrls);
  if (decisions.length === 0) return {};
  const rewritten = await rewrite({ tree, decisions, worst: "sanitize" }, disarm, context);
  return rewritten === undefined ? {} : { headers: rewritten.exchange.headers, body: rewritten.exchange.body };
}
