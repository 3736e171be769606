import { ENOUGH, MANY } from "./confidence.ts";
import { isIdentifier, NAMING } from "./identifier.ts";
import { addObject, asMap } from "./merge.ts";
import { seenOf } from "./seen.ts";
import { emptyObject, type NumberShape, type ObjectShape, type Shape } from "./shape.ts";
import { type JsonSchema, stringKeywords } from "./string-schema.ts";

/** Share of exchanges that brought a member which no other had: the chance, by Good and Turing, that the next one brings another. */
const NEW_MEMBERS = 0.005;
/** Members from which an object with ever new ones is a map. */
const MAP_SIZE = 12;

/** The JSON Schema of what was seen at one place. `name` is the member's, which tells an enumeration from a person's name. */
export function schemaOf(shape: Shape, name: string): JsonSchema {
  const types = typesOf(shape);
  const [first] = types;
  // Where only null was seen, the type of the value is not known.
  const typed = types.every((type) => type === "null") ? {} : { type: types.length === 1 ? first : types };
  return {
    ...typed,
    ...numberKeywords(shape.number, name),
    ...(shape.string === undefined ? {} : stringKeywords(shape.string, name, otherTypes(shape))),
    ...arrayKeywords(shape, name),
    ...objectKeywords(shape.object),
    "x-lazaret-seen": seenOf(shape, name),
  };
}

function typesOf({ object, array, string, number, boolean, null: nulls }: Shape): string[] {
  const isWhole = number !== undefined && number.integers === number.count && number.in >= MANY;
  return [
    ...(object === undefined ? [] : ["object"]),
    ...(array === undefined ? [] : ["array"]),
    ...(string === undefined ? [] : ["string"]),
    ...(number === undefined ? [] : [isWhole ? "integer" : "number"]),
    ...(boolean === 0 ? [] : ["boolean"]),
    ...(nulls === 0 ? [] : ["null"]),
  ];
}

/** What an `enum` has to leave room for: it speaks of all types at once. */
function otherTypes(shape: Shape): "none" | "null" | "some" {
  if (shape.count === (shape.string?.count ?? 0)) return "none";
  return shape.count === (shape.string?.count ?? 0) + shape.null ? "null" : "some";
}

function numberKeywords(shape: NumberShape | undefined, name: string): JsonSchema {
  if (shape === undefined || shape.in < ENOUGH) return {};
  const [minimum, maximum] = [shape.min >= 0 ? 0 : -wide(-shape.min), shape.max > 0 ? wide(shape.max) : Infinity];
  return {
    ...(Number.isFinite(minimum) ? { minimum } : {}),
    ...(Number.isFinite(maximum) && !NAMING.test(name) ? { maximum } : {}),
  };
}

/** The power of ten that leaves a value room to grow tenfold; infinite where there is none. */
function wide(value: number): number {
  return 10 ** Math.ceil(Math.log10(value) + 1);
}

function arrayKeywords({ array }: Shape, name: string): JsonSchema {
  if (array === undefined) return {};
  const items = array.items.count === 0 ? {} : { items: schemaOf(array.items, name) };
  return { ...items, ...(array.in < ENOUGH ? {} : { maxItems: 10 * Math.max(array.max, 10) }) };
}

function objectKeywords(shape: ObjectShape | undefined): JsonSchema {
  if (shape === undefined) return {};
  const object = isMap(shape) ? asMap(copyOf(shape)) : shape;
  if (object.values !== undefined)
    return object.values.count === 0 ? {} : { additionalProperties: schemaOf(object.values, "") };
  const members = [...object.members];
  const required = members.filter(([, { count }]) => count === object.count).map(([name]) => name);
  return {
    ...(object.in < MANY || required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(members.map(([name, member]) => [name, schemaOf(member, name)])),
    ...(isClosed(object) ? { additionalProperties: false } : {}),
  };
}

function copyOf(shape: ObjectShape): ObjectShape {
  const copy = emptyObject();
  addObject(copy, shape);
  return copy;
}

/** Whether members are expected to be those that were seen. */
export function isClosed({ in: exchanges, members, values }: ObjectShape): boolean {
  if (exchanges < ENOUGH || values !== undefined) return false;
  const once = [...members.values()].filter((member) => member.in === 1).length;
  return once <= NEW_MEMBERS * exchanges;
}

/** Whether the names of members are data: identifiers, or ever new ones. */
export function isMap({ count, in: exchanges, members, values }: ObjectShape): boolean {
  if (values !== undefined) return true;
  const names = [...members];
  const identifying = names.filter(([name, member]) => isIdentifier(name) && (member.count < count || count === 1));
  if (names.length > 0 && identifying.length * 2 > names.length) return true;
  if (names.length < MAP_SIZE || exchanges < ENOUGH) return false;
  const rare = names.filter(([, member]) => member.count * 10 <= count);
  return rare.length * 2 > names.length;
}
