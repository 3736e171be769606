import type { LoadedConfig } from "../config/load.ts";
import { Budget } from "../core/budget.ts";
import type { Finding } from "../core/finding.ts";
import type { Incident } from "../core/incident.ts";
import { locationOf } from "../core/location.ts";
import { partsOf } from "../core/part.ts";
import type { Policy } from "../core/policy.ts";
import type { Change } from "../core/verdict.ts";
import { decode } from "../decode/decode.ts";
import type { ActiveRule } from "../inspect/rules/active-rule.ts";
import { rulesInForce } from "../inspect/rules/in-force.ts";
import { leafPlace } from "../inspect/rules/leaf-name.ts";
import type { Place } from "../inspect/rules/collections.ts";
import type { Pack } from "../inspect/rules/load.ts";
import { settle } from "../inspect/rules/settle.ts";
import { escapedBytes, stepsLine, traceMatch } from "../inspect/rules/trace.ts";
import { loadPacks } from "../packs.ts";

/** Says in lines what was done to a value until a rule matched it, and the bytes that it matched. */
export type MatchExplainer = (finding: Finding, change: Change | undefined) => string[];

/** A value that a finding may be about. */
interface Candidate {
  readonly place: Place;
  readonly text: string;
}

/**
 * Runs the rules of an incident's findings again, as they stand now: over the quarantined original where it is kept, else
 * over what the incident says of the value: it may have been cut, so that nothing matches. A broken pack explains nothing, and hinders nothing.
 */
export async function matchExplainer(
  incident: Incident,
  loaded: LoadedConfig,
  original: Uint8Array | undefined,
): Promise<MatchExplainer> {
  if (!incident.findings.some(({ stage }) => stage === "rules")) return () => [];
  const policy = loaded.policies.get(incident.vendor ?? "") ?? loaded.defaultPolicy;
  const packs = await loadPacks(loaded, policy.rules.packs).catch(() => new Map<string, Pack>());
  const statements = policy.rules.packs.flatMap((name) => packs.get(name)?.statements ?? []);
  const settled = settle(statements, policy.rules);
  const rules = new Map(rulesInForce(settled, statements, policy.rules).rules.map((one) => [one.rule.id, one]));
  const kept = original === undefined ? [] : keptValues(original, incident, policy);
  const around = { variables: settled.variables, collections: () => [] };
  return (finding, change) => {
    if (finding.stage !== "rules") return [];
    const active = rules.get(finding.rule);
    if (active === undefined) return ["by a rule that is not in force any more"];
    const here = kept.filter(({ part, path }) => part === finding.location.part && path === finding.location.path);
    for (const { place, text } of [...here, ...recorded(finding, change)]) {
      const trace = traceMatch(active, place, text, around);
      if (trace !== undefined) return [`${stepsLine(trace.steps)}: ${escapedBytes(trace.matched)}`];
    }
    return transformationsOf(active);
  };
}

/** Where the value is not kept: what the rule does to any value. */
function transformationsOf({ rule }: ActiveRule): string[] {
  const names = rule.links[0].transformations.map(({ name }) => `t:${name}`);
  return [names.length === 0 ? "the value as it came" : `the value after ${names.join(" → ")}`];
}

function keptValues(
  original: Uint8Array,
  { quarantine, request, status, vendor }: Incident,
  policy: Policy,
): (Candidate & Finding["location"])[] {
  const type = quarantine?.contentType;
  const headers: [string, string][] = type === undefined ? [] : [["Content-Type", type]];
  const budget = new Budget(policy.limits, () => performance.now());
  const exchange = { vendor, request: { ...request, headers: [] }, status, headers, body: original };
  const { tree } = decode(exchange, { policy, budget });
  return partsOf(tree.body)
    .flatMap((part) =>
      Array.from({ length: part.leaves.length }, (_, leaf) => leaf).flatMap((leaf) => {
        const place = leafPlace(part, leaf);
        return place === undefined ? [] : [{ ...locationOf(part, leaf), place, text: part.leaves.value(leaf) }];
      }),
    )
    .toArray();
}

/** The value before the change, and the text that matched, as far as the incident has them. */
function recorded({ location, evidence }: Finding, change: Change | undefined): Candidate[] {
  const place = location.part.startsWith("header:") ? "headers" : "values";
  return [change?.before ?? "", evidence].filter(Boolean).map((text) => ({ place, text: unescaped(text) }));
}

/** Evidence as it was before it was escaped. */
function unescaped(evidence: string): string {
  return evidence
    .replace(/…$/, "")
    .replaceAll(/\\u(?:\{([0-9a-f]{5,6})\}|([0-9a-f]{4}))/g, (escape, long?: string, short?: string) => {
      const code = Number.parseInt(long ?? short ?? "", 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : escape;
    });
}
