import { charClasses } from "../core/char-class.ts";
import type { LeafKind, LeafTable, PathSegment, Span } from "../core/part.ts";

/** One leaf of a format whose parts are small enough to hold an object for each. */
export interface LeafEntry {
  readonly kind: LeafKind;
  readonly value: string;
  readonly span: Span;
  readonly segments: readonly PathSegment[];
  /** Gives `location.path`. */
  readonly path: () => string;
  readonly encode: (value: string) => string;
  readonly removal?: Span;
}

/** A leaf table over a list of entries. */
export function leafList(entries: readonly LeafEntry[]): LeafTable {
  const at = (leaf: number): LeafEntry => {
    const entry = entries[leaf];
    if (entry === undefined) throw new RangeError(`no leaf ${leaf}`);
    return entry;
  };
  return {
    length: entries.length,
    kind: (leaf) => at(leaf).kind,
    value: (leaf) => at(leaf).value,
    classes: (leaf) => charClasses(at(leaf).value),
    isVerbatim: () => false,
    span: (leaf) => at(leaf).span,
    segments: (leaf) => at(leaf).segments,
    path: (leaf) => at(leaf).path(),
    encode: (leaf, value) => at(leaf).encode(value),
    removals: (leaves) => {
      const spans = leaves.map((leaf) => at(leaf).removal);
      return spans.every((span) => span !== undefined) ? spans : undefined;
    },
  };
}
