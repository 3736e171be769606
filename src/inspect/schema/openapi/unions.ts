import { below, type Place } from "./documents.ts";
import { TYPES } from "./keywords.ts";
import type { JsonSchema } from "./rewritten.ts";

type Resolve = (reference: string, from: Place) => Place | undefined;
type Convert = (branch: Place) => JsonSchema;

/** References that are followed to see what a branch describes. */
const HOPS = 20;

/**
 * Alternatives of different types, such as an id or the object with that id: the value's type says which is meant, so
 * that a difference is told of that one. Undefined where types do not tell.
 */
export function typedUnion(
  keyword: string,
  branches: readonly Place[],
  resolve: Resolve,
  convert: Convert,
): readonly JsonSchema[] | undefined {
  const groups: { types: Set<string>; branches: Place[] }[] = [];
  for (const branch of branches) {
    const types = typesOf(branch, resolve);
    if (types === undefined) return undefined;
    const same = groups.filter((group) => !group.types.isDisjointFrom(types));
    const merged = { types: new Set(types), branches: [branch] };
    for (const group of same) {
      merged.types = merged.types.union(group.types);
      merged.branches = [...group.branches, ...merged.branches];
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(merged);
  }
  if (groups.length < 2) return undefined;
  const all = groups.flatMap(({ types }) => [...types]);
  return [
    { type: all },
    ...groups.map(({ types, branches: [first, ...others] }): JsonSchema => {
      const then =
        first !== undefined && others.length === 0
          ? convert(first)
          : { [keyword]: [first, ...others].flatMap((one) => (one === undefined ? [] : [convert(one)])) };
      return { if: { type: [...types] }, then };
    }),
  ];
}

/**
 * Alternatives that a member tells apart (`discriminator`): its value says which is meant. Undefined where that is not
 * clear for every alternative.
 */
export function discriminated(
  discriminator: unknown,
  branches: readonly Place[],
  resolve: Resolve,
  convert: Convert,
): readonly JsonSchema[] | undefined {
  if (typeof discriminator !== "object" || discriminator === null || !("propertyName" in discriminator))
    return undefined;
  const { propertyName: property } = discriminator;
  if (typeof property !== "string") return undefined;
  const mapping = Object.entries("mapping" in discriminator ? (discriminator.mapping ?? {}) : {});
  const named = branches.map((branch) => valuesOf(branch, property, mapping, resolve));
  const values = named.flatMap((one) => one ?? []);
  const isTold = named.every((one) => one !== undefined && one.length > 0) && new Set(values).size === values.length;
  if (!isTold || branches.some((branch) => !isObject(branch, resolve))) return undefined;
  return [
    { type: "object", required: [property], properties: { [property]: { enum: values } } },
    ...branches.map((branch, index): JsonSchema => ({
      if: { required: [property], properties: { [property]: { enum: named[index] } } },
      then: convert(branch),
    })),
  ];
}

/** Values of the discriminating member that mean one alternative: by mapping or its own enumeration, else its name. */
function valuesOf(
  branch: Place,
  property: string,
  mapping: readonly [string, unknown][],
  resolve: Resolve,
): readonly string[] | undefined {
  const reference = below(branch, "$ref")?.value;
  if (typeof reference !== "string") return undefined;
  const target = resolve(reference, branch);
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  const mapped = mapping.filter(([, to]) => to === reference || to === name).map(([value]) => value);
  if (mapped.length > 0) return mapped;
  const declared = target && below(target, "properties", property, "enum")?.value;
  if (Array.isArray(declared) && declared.every((value) => typeof value === "string")) return declared;
  return [name];
}

function isObject(branch: Place, resolve: Resolve): boolean {
  const types = typesOf(branch, resolve);
  return types === undefined || (types.size === 1 && types.has("object"));
}

/** Types that a schema lets through as far as it says so itself; undefined where it does not. */
function typesOf(branch: Place, resolve: Resolve): Set<string> | undefined {
  let place: Place | undefined = branch;
  for (let hops = 0; place !== undefined && hops < HOPS; hops++) {
    const reference: unknown = below(place, "$ref")?.value;
    if (typeof reference === "string") {
      place = resolve(reference, place);
      continue;
    }
    const type: unknown = below(place, "type")?.value;
    const types: unknown[] = Array.isArray(type) ? type : [type];
    if (!types.every((one) => typeof one === "string") || !types.every((one) => TYPES.includes(one))) return undefined;
    const isNullable = below(place, "nullable")?.value === true || below(place, "x-nullable")?.value === true;
    // A whole number is a number too.
    return new Set([
      ...types.flatMap((one) => (one === "number" ? ["number", "integer"] : [one])),
      ...(isNullable ? ["null"] : []),
    ]);
  }
  return undefined;
}
