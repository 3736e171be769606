import type { Part } from "../../core/part.ts";
import type { ActiveRule } from "./active-rule.ts";
import { type Place, placeOf } from "./collections.ts";
import { leafName } from "./leaf-name.ts";
import { selects, type Target } from "./seclang/targets.ts";

/** Whether a rule that judges leaves means this one: by the selectors of its targets, less what was taken out. */
export function looksAtLeaf(
  { rule, removedTargets }: ActiveRule,
  place: Place,
  part: Part,
  leaf: number,
  removedNow: readonly Target[],
): boolean {
  const { targets } = rule.links[0];
  const here = targets.filter(({ collection, count }) => !count && placeOf(collection) === place);
  const meant = here.some((target) => !target.excluded && isMeant(target, part, leaf));
  if (!meant) return false;
  const out = [...here.filter(({ excluded }) => excluded), ...removedTargets, ...removedNow];
  return !out.some((target) => placeOf(target.collection) === place && isMeant(target, part, leaf));
}

function isMeant({ collection, selector }: Target, part: Part, leaf: number): boolean {
  if (collection !== "XML") return selector.kind === "all" || selects(selector, leafName(part, leaf));
  if (part.format !== "xml" || selector.kind !== "name") return false;
  return (selector.name === "//@*") === (part.leaves.kind(leaf) === "attribute");
}
