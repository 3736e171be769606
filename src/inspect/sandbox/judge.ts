import type { Condition, SandboxService } from "../../core/sandbox-policy.ts";
import { valueAt } from "./json-pointer.ts";

/** What a report says. `unclear`: neither malicious nor explicitly clean. */
export type Judgement =
  | { readonly kind: "clean" | "unclear" }
  | { readonly kind: "malicious"; readonly names: readonly string[] };

const MOST_NAMES = 20;

/** Whether a condition holds of a reply. */
export function holds({ pointer, equals, atLeast, below }: Condition, reply: unknown): boolean {
  const value = valueAt(reply, pointer);
  if (equals !== undefined) return equals.some((wanted) => wanted === value);
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  return (atLeast === undefined || value >= atLeast) && (below === undefined || value < below);
}

/** Reads a report by a service's mapping of verdicts. */
export function judge({ clean, malicious, names }: SandboxService["verdict"], report: unknown): Judgement {
  if (malicious.some((condition) => holds(condition, report)))
    return { kind: "malicious", names: names === undefined ? [] : namesAt(report, names) };
  return { kind: clean.every((condition) => holds(condition, report)) ? "clean" : "unclear" };
}

function namesAt(report: unknown, pointer: string): readonly string[] {
  const value = valueAt(report, pointer);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((name) => (typeof name === "string" && name !== "" ? [name] : [])).slice(0, MOST_NAMES);
}
