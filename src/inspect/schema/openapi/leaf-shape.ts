import { RE2JS } from "re2js";
import type { LeafShape } from "../../../core/leaf-shape.ts";
import type { PathSegment } from "../../../core/part.ts";
import { below, type Documents, itemsOf, type Place, placeName } from "./documents.ts";

/** Schemas that may describe one value; past them, nothing is said of it. */
const MOST = 200;
/** Keywords whose schemas describe the same value. */
const IN_PLACE = ["allOf", "anyOf", "oneOf"];
/** Characters that hold no sentence. */
const SHORT = 40;
/** What a pattern lets through that does not tell a field for people from one for programs. */
const SENTENCE = "The parcel came yesterday, so thanks; it's fine.";
/** Formats of strings in which people write. */
const WRITTEN = new Set(["html", "markdown", "textarea", "text", "string", "binary", "byte", "password"]);

/**
 * What a document says of the values at a path of a response: `structured` where every schema that may describe them
 * leaves no room for sentences (a format, an enumeration, a narrow pattern, a few characters, another type). Undefined
 * where one does, or nothing is said.
 */
export function leafShape(documents: Documents, root: Place, path: readonly PathSegment[]): LeafShape | undefined {
  let places: readonly Place[] = ends(documents, [root]);
  for (const segment of path) {
    places = ends(
      documents,
      places.flatMap((place) => inside(place, segment)),
    );
    if (places.length === 0) return undefined;
  }
  return places.every(isStructured) ? "structured" : undefined;
}

/** The schemas that say something themselves, references and combinations followed. */
function ends(documents: Documents, start: readonly Place[]): readonly Place[] {
  const found: Place[] = [];
  const pending = [...start];
  const seen = new Set<string>();
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const name = placeName(place);
    if (seen.has(name)) continue;
    if (seen.add(name).size > MOST) return [];
    const reference = below(place, "$ref");
    if (reference !== undefined && typeof reference.value === "string") {
      const target = documents.resolve(reference.value, reference);
      if (typeof target !== "string") pending.push(target);
      continue;
    }
    const parts = IN_PLACE.flatMap((keyword) => itemsOf(below(place, keyword)));
    pending.push(...parts);
    const says = Object.keys({ ...asObject(place.value) }).some((keyword) => !IN_PLACE.includes(keyword));
    if (parts.length === 0 || (says && below(place, "type") !== undefined)) found.push(place);
  }
  return found;
}

function inside(place: Place, segment: PathSegment): readonly Place[] {
  if (typeof segment === "number") return present(below(place, "prefixItems", segment) ?? below(place, "items"));
  const declared = below(place, "properties", segment);
  return declared === undefined ? present(below(place, "additionalProperties")) : [declared];
}

function isStructured(place: Place): boolean {
  const {
    type,
    format,
    enum: values,
    const: only,
    pattern,
    maxLength,
  }: Record<string, unknown> = { ...asObject(place.value) };
  if (values !== undefined || only !== undefined) return true;
  const types: unknown[] = Array.isArray(type) ? type : [type];
  if (type !== undefined && !types.includes("string")) return true;
  if (typeof format === "string" && !WRITTEN.has(format)) return true;
  if (typeof maxLength === "number" && maxLength <= SHORT) return true;
  return typeof pattern === "string" && isNarrow(pattern);
}

function isNarrow(pattern: string): boolean {
  try {
    return !RE2JS.compile(RE2JS.translateRegExp(pattern)).matcher(SENTENCE).find();
  } catch {
    return false;
  }
}

function present(place: Place | undefined): readonly Place[] {
  return place === undefined || typeof place.value !== "object" ? [] : [place];
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
