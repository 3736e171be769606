import type { DifferenceKind } from "../core/difference.ts";
import { allowedTypes, canonical, includes, type SchemaShape } from "./shape.ts";

/** One thing that differs between two schemas of the same content. */
export interface SchemaChange {
  /** JSONPath of the values that it is about, `[*]` for any element, `.*` for any member. */
  readonly path: string;
  readonly kind: DifferenceKind;
  /** Whether values may come that could not come before: a consumer that relied on the old schema may fail. */
  readonly breaking: boolean;
  readonly message: string;
}

/** Says that something differs at the place that is being compared. */
export type At = (kind: DifferenceKind, breaking: boolean, message: string) => SchemaChange;

/** How the values of one place differ: their types, which of them there may be, and what holds for them. */
export function* compareValues(was: SchemaShape, is: SchemaShape, at: At): Generator<SchemaChange> {
  yield* compareTypes(was, is, at);
  yield* compareEnums(was, is, at);
  yield* compareKeywords(was, is, at);
}

function* compareTypes(was: SchemaShape, is: SchemaShape, at: At): Generator<SchemaChange> {
  const [old, now] = [allowedTypes(was), allowedTypes(is)];
  const wider = now.difference(old);
  const narrower = old.difference(now);
  if (wider.size > 0)
    yield at("type", true, `may be ${listed(wider)}, was ${was.types === undefined ? "anything" : listed(old)}`);
  else if (narrower.size > 0) yield at("type", false, `is no longer ${listed(narrower)}`);
}

function* compareEnums(was: SchemaShape, is: SchemaShape, at: At): Generator<SchemaChange> {
  if (was.enum !== undefined && is.enum === undefined)
    yield at("enum", true, `may be any value, was one of ${quoted(was.enum)}`);
  if (was.enum === undefined && is.enum !== undefined) yield at("enum", false, `is one of ${quoted(is.enum)}`);
  if (was.enum === undefined || is.enum === undefined) return;
  const [old, now] = [was.enum, is.enum];
  const added = now.filter((value) => !includes(old, value));
  const gone = old.filter((value) => !includes(now, value));
  if (added.length > 0) yield at("enum", true, `may be ${quoted(added)} too`);
  if (gone.length > 0) yield at("enum", false, `is no longer ${quoted(gone)}`);
}

/** Keywords by which a larger or a smaller number lets more through. */
const BOUNDS: Readonly<Record<string, "lower" | "upper">> = {
  minimum: "lower",
  exclusiveMinimum: "lower",
  minLength: "lower",
  minItems: "lower",
  minProperties: "lower",
  maximum: "upper",
  exclusiveMaximum: "upper",
  maxLength: "upper",
  maxItems: "upper",
  maxProperties: "upper",
};

function* compareKeywords(was: SchemaShape, is: SchemaShape, at: At): Generator<SchemaChange> {
  for (const name of new Set([...was.keywords.keys(), ...is.keywords.keys()])) {
    const [old, now] = [was.keywords.get(name), is.keywords.get(name)];
    if (canonical(old ?? null) === canonical(now ?? null)) continue;
    const bound = BOUNDS[name];
    const kind = bound === undefined ? (name === "format" || name === "pattern" ? "format" : "other") : "range";
    const breaking = old === undefined ? false : now === undefined || !isTighter(bound, old, now);
    yield at(kind, breaking, changed(name, old, now));
  }
}

/** Whether a bound lets less through than before; of other keywords that cannot be told, so they may not. */
function isTighter(bound: "lower" | "upper" | undefined, old: unknown, now: unknown): boolean {
  if (bound === undefined || typeof old !== "number" || typeof now !== "number") return false;
  return bound === "lower" ? now >= old : now <= old;
}

function changed(name: string, old: unknown, now: unknown): string {
  if (old === undefined) return `${name} is ${canonical(now)}, there was none`;
  return now === undefined
    ? `has no ${name} any more, it was ${canonical(old)}`
    : `${name} is ${canonical(now)}, was ${canonical(old)}`;
}

function listed(types: ReadonlySet<string>): string {
  const shown = types.has("number") ? [...types].filter((type) => type !== "integer") : [...types];
  return shown.join(" or ") || "nothing";
}

function quoted(values: readonly unknown[]): string {
  const shown = values.slice(0, 8).map((value) => canonical(value));
  return values.length > 8 ? `${shown.join(", ")} and ${values.length - 8} more` : shown.join(", ");
}
