import type { DifferenceKind } from "../core/difference.ts";
import { field } from "../core/fields.ts";
import { quotedName } from "../core/normalized-path.ts";
import { type At, compareValues, type SchemaChange } from "./compare-values.ts";
import type { ApiDocument } from "./document.ts";
import { canonical, type SchemaShape, shapeOf } from "./shape.ts";

/** Two documents, of before and after. */
export interface Documents {
  readonly before: ApiDocument;
  readonly after: ApiDocument;
}

/** How the values of a content differ. Members that come in addition break no consumer; whatever else is wider than before may. */
export function compareSchemas(before: unknown, after: unknown, documents: Documents): SchemaChange[] {
  return [...compare(before, after, { ...documents, path: "$", known: new Map() })];
}

interface Place extends Documents {
  readonly path: string;
  /** What was found out about a pair of references, as from its own root; nothing yet while it is being compared inside itself. */
  readonly known: Map<string, readonly SchemaChange[]>;
}

function* compare(before: unknown, after: unknown, place: Place): Generator<SchemaChange> {
  const [old, now] = [field(before, "$ref"), field(after, "$ref")];
  if (old === undefined && now === undefined) {
    yield* compareShapes(before, after, place);
    return;
  }
  const pair = JSON.stringify([old ?? before, now ?? after]);
  if (!place.known.has(pair)) {
    place.known.set(pair, []);
    place.known.set(pair, [...compareShapes(before, after, { ...place, path: "$" })]);
  }
  for (const change of place.known.get(pair) ?? []) yield { ...change, path: place.path + change.path.slice(1) };
}

function* compareShapes(before: unknown, after: unknown, place: Place): Generator<SchemaChange> {
  const [was, is] = [shapeOf(before, place.before), shapeOf(after, place.after)];
  const at = (kind: DifferenceKind, breaking: boolean, message: string): SchemaChange => ({
    path: place.path,
    kind,
    breaking,
    message,
  });
  yield* compareValues(was, is, at);
  yield* compareAlternatives(was, is, place, at);
  yield* compareMembers(was, is, place);
  const items = was.items !== undefined || is.items !== undefined;
  if (items) yield* compare(was.items ?? {}, is.items ?? {}, { ...place, path: `${place.path}[*]` });
}

/** Alternatives are paired by what they refer to, else by their order; what is left over was added or is gone. */
function* compareAlternatives(was: SchemaShape, is: SchemaShape, place: Place, at: At): Generator<SchemaChange> {
  if (was.alternatives.length === 0 && is.alternatives.length === 0) return;
  const old = new Set(was.alternatives.map(identity));
  const now = new Set(is.alternatives.map(identity));
  for (const schema of is.alternatives) {
    const former = was.alternatives.find((one) => identity(one) === identity(schema));
    if (former !== undefined) yield* compare(former, schema, place);
  }
  if (was.alternatives.length === 0) yield at("alternative", false, `is one of ${now.size} shapes`);
  else if (is.alternatives.length === 0) yield at("alternative", true, `may be of any shape, was one of ${old.size}`);
  else {
    const added = now.difference(old).size;
    const gone = old.difference(now).size;
    if (added > 0) yield at("alternative", true, `may be of ${added} other shape${added === 1 ? "" : "s"}`);
    if (gone > 0) yield at("alternative", added > 0, `is no longer of ${gone} of its shapes`);
  }
}

function* compareMembers(was: SchemaShape, is: SchemaShape, place: Place): Generator<SchemaChange> {
  for (const name of new Set([...was.properties.keys(), ...is.properties.keys()])) {
    const path = place.path + memberStep(name);
    const [old, now] = [was.properties.get(name), is.properties.get(name)];
    const at: At = (kind, breaking, message) => ({ path, kind, breaking, message });
    const mustCome = was.required.has(name) && !is.required.has(name);
    if (now === undefined && old !== undefined) yield at("missing", was.required.has(name), "is gone");
    else if (old === undefined) yield at("unknown-member", false, "is new");
    else {
      if (mustCome) yield at("missing", true, "may be missing");
      else if (!was.required.has(name) && is.required.has(name)) yield at("missing", false, "is always there");
      yield* compare(old, now, { ...place, path });
    }
  }
  yield* compareOthers(was.additional, is.additional, place);
}

function* compareOthers(old: unknown, now: unknown, place: Place): Generator<SchemaChange> {
  const path = `${place.path}.*`;
  if (old === false && now === false) return;
  if (old === false) yield { path, kind: "unknown-member", breaking: false, message: "there may be other members" };
  else if (now === false)
    yield { path, kind: "unknown-member", breaking: !isAny(old), message: "there are no other members" };
  else if (isAny(old) && isAny(now)) return;
  else yield* compare(isAny(old) ? {} : old, isAny(now) ? {} : now, { ...place, path });
}

/** A member's step in a JSONPath (RFC 9535), in the short form where there is one. */
function memberStep(name: string): string {
  return /^[A-Za-z_][\w]*$/.test(name) ? `.${name}` : `['${quotedName(name)}']`;
}

function isAny(schema: unknown): boolean {
  return schema === undefined || schema === true;
}

/** What tells one alternative from another. */
function identity(schema: unknown): string {
  const reference = field(schema, "$ref");
  return typeof reference === "string" ? reference : canonical(schema);
}
