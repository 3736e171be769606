import { conjunctionOf, type Resolve } from "./conjunction.ts";
import { below, type Place, placeName } from "./documents.ts";
import { TYPES } from "./keywords.ts";
import type { JsonSchema } from "./rewritten.ts";

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
 * clear for every alternative, or where a value may be none of those (`defaultMapping` of OpenAPI 3.2).
 */
export function discriminated(
  discriminator: Place | undefined,
  branches: readonly Place[],
  resolve: Resolve,
  convert: Convert,
): readonly JsonSchema[] | undefined {
  if (discriminator === undefined || below(discriminator, "defaultMapping") !== undefined) return undefined;
  const property = below(discriminator, "propertyName")?.value;
  if (typeof property !== "string") return undefined;
  const mapped = mappedValues(below(discriminator, "mapping"), resolve);
  const named = branches.map((branch) => valuesOf(branch, property, mapped, resolve));
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

/** Values that a mapping names, by the schema that each means: its name alone, or where it stands. */
function mappedValues(mapping: Place | undefined, resolve: Resolve): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  const { value } = mapping ?? {};
  if (mapping === undefined || typeof value !== "object" || value === null) return values;
  for (const [name, to] of Object.entries(value)) {
    if (typeof to !== "string") continue;
    const target = /[#./]/.test(to) ? resolve(to, mapping) : undefined;
    const meant = target === undefined ? to : placeName(target);
    values.set(meant, [...(values.get(meant) ?? []), name]);
  }
  return values;
}

/** Values of the discriminating member that mean one alternative: by mapping or what it declares itself, else its name. */
function valuesOf(
  branch: Place,
  property: string,
  mapped: ReadonlyMap<string, readonly string[]>,
  resolve: Resolve,
): readonly string[] | undefined {
  const reference = below(branch, "$ref")?.value;
  if (typeof reference !== "string") return undefined;
  const target = resolve(reference, branch);
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  const meant = [...(mapped.get(name) ?? []), ...((target && mapped.get(placeName(target))) ?? [])];
  if (meant.length > 0) return meant;
  return (target && declaredValues(target, property, resolve)) ?? [name];
}

/** What an alternative says itself that the member is; a part of it that others share has to be clear. */
function declaredValues(target: Place, property: string, resolve: Resolve): readonly string[] | undefined {
  for (const part of conjunctionOf(target, resolve)) {
    const member = below(part, "properties", property);
    const only = member && below(member, "const");
    const values = only === undefined ? member && below(member, "enum")?.value : [only.value];
    if (!Array.isArray(values) || !values.every((value) => typeof value === "string")) continue;
    if (part === target || values.length === 1) return values;
  }
  return undefined;
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
