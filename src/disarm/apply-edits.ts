import type { Part, Splice } from "../core/part.ts";
import type { Disarm, PartEdits } from "../core/stage.ts";

const NOTHING = new Uint8Array();

/**
 * The smallest change of a text part: only the edited spans of the source differ, every other byte stays. Undefined
 * where a leaf cannot be cut from its format, or where the part was to be rebuilt as a whole.
 */
export const applyEdits: Disarm = (part, edits) => {
  if (edits.rebuild) return undefined;
  const cuts = removals(part, edits);
  if (cuts === undefined) return undefined;
  const splices = outermost([...cuts, ...replacements(part, edits), ...childSplices(edits), ...edits.stubs]);
  return part.encodeSource(spliced(part.source, splices));
};

function removals(part: Part, edits: PartEdits): Splice[] | undefined {
  const leaves = [...edits.leaves].filter(([, edit]) => edit.kind === "remove").map(([leaf]) => leaf);
  if (leaves.length === 0) return [];
  return part.leaves.removals(leaves)?.map((span) => ({ ...span, bytes: NOTHING }));
}

function replacements(part: Part, edits: PartEdits): Splice[] {
  return [...edits.leaves].flatMap(([leaf, edit]) =>
    edit.kind === "remove"
      ? []
      : [{ ...part.leaves.span(leaf), bytes: Buffer.from(part.leaves.encode(leaf, edit.value), "utf8") }],
  );
}

function childSplices(edits: PartEdits): Splice[] {
  return [...edits.children].flatMap(([child, bytes]) =>
    child.carrier.kind === "span" && bytes !== undefined
      ? [{ ...child.carrier.span, bytes: child.carrier.encode(bytes) }]
      : [],
  );
}

/** In order, without what lies inside another splice: a member that goes takes the edits in it along. */
function outermost(splices: readonly Splice[]): Splice[] {
  const kept: Splice[] = [];
  for (const splice of splices.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last === undefined || splice.start >= last.end) kept.push(splice);
  }
  return kept;
}

function spliced(source: Uint8Array, splices: readonly Splice[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const { start, end, bytes } of splices) {
    pieces.push(source.subarray(from, start), bytes);
    from = end;
  }
  return Buffer.concat([...pieces, source.subarray(from)]);
}
