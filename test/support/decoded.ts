import { Budget } from "../../src/core/budget.ts";
import type { Detection } from "../../src/core/finding.ts";
import type { Part } from "../../src/core/part.ts";
import type { InspectionContext } from "../../src/core/stage.ts";
import { decode } from "../../src/decode/decode.ts";
import { applyEdits } from "../../src/disarm/apply-edits.ts";
import { defaultPolicy } from "./policy.ts";

/** A body taken apart under the default policy. */
export interface DecodedBody {
  readonly part: Part;
  readonly detections: readonly Detection[];
  readonly context: InspectionContext;
}

export function decoded(body: string | Uint8Array, contentType: string): DecodedBody {
  const policy = defaultPolicy();
  const context = { policy, budget: new Budget(policy.limits, () => performance.now()) };
  const request = { method: "GET", url: "/", headers: [] };
  const headers = [["Content-Type", contentType] as const];
  const { tree, detections } = decode(
    { vendor: undefined, request, status: 200, headers, body: Buffer.from(body) },
    context,
  );
  return { part: tree.body, detections, context };
}

/** Every leaf's path, kind and value. */
export function leavesOf({ leaves }: Part): [string, string, string][] {
  return Array.from({ length: leaves.length }, (_, leaf) => [leaves.path(leaf), leaves.kind(leaf), leaves.value(leaf)]);
}

/** The body with one leaf's value replaced. */
export function withLeaf({ part, context }: DecodedBody, leaf: number, value: string): Buffer {
  const edits = {
    leaves: new Map([[leaf, { kind: "replace", value } as const]]),
    children: new Map(),
    stubs: [],
    rebuild: false,
  };
  const bytes = applyEdits(part, edits, context);
  if (!(bytes instanceof Uint8Array)) throw new Error("the leaf cannot be edited");
  return Buffer.from(bytes);
}
