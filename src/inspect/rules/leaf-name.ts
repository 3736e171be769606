import type { Part } from "../../core/part.ts";
import type { Place } from "./collections.ts";

/** Where rules look for a leaf; undefined for what can carry nothing: numbers and literals. */
export function leafPlace({ leaves }: Part, leaf: number): Place | undefined {
  const kind = leaves.kind(leaf);
  if (kind === "number" || kind === "literal") return undefined;
  return kind === "key" ? "keys" : kind === "header" ? "headers" : "values";
}

/** A leaf's name as selectors of rules write it: `json.data.0.note` in JSON, a field's name elsewhere. */
export function leafName({ format, leaves }: Part, leaf: number): string {
  if (leaves.kind(leaf) === "header") return leaves.path(leaf);
  const segments = leaves.segments(leaf).join(".");
  return format === "json" ? `json.${segments}` : segments;
}
