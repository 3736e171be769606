import { below, itemsOf, type Place, placeName } from "./documents.ts";

export type Resolve = (reference: string, from: Place) => Place | undefined;

/** Schemas of which one value is made; past them, none is looked for. */
const MOST = 200;

/** A schema and all that hold of its value too: what it refers to, and the parts of its `allOf`. */
export function conjunctionOf(schema: Place, resolve: Resolve): readonly Place[] {
  const found = new Map<string, Place>();
  const pending = [schema];
  for (let place = pending.shift(); place !== undefined && found.size < MOST; place = pending.shift()) {
    if (found.has(placeName(place))) continue;
    found.set(placeName(place), place);
    const reference = below(place, "$ref");
    const target = typeof reference?.value === "string" ? resolve(reference.value, reference) : undefined;
    if (target !== undefined) pending.push(target);
    pending.push(...itemsOf(below(place, "allOf")));
  }
  return [...found.values()];
}
