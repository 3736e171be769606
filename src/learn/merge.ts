import {
  type ArrayShape,
  type Count,
  emptyArray,
  emptyNumber,
  emptyObject,
  emptyShape,
  emptyString,
  MOST_VALUES,
  type NumberShape,
  type ObjectShape,
  type Shape,
  type StringShape,
} from "./shape.ts";

/** Adds what was seen at one place of other exchanges. Neither order nor grouping of additions matters. */
export function addShape(to: Shape, from: Shape): Shape {
  addCount(to, from);
  to.null += from.null;
  to.boolean += from.boolean;
  if (from.number !== undefined) addNumber((to.number ??= emptyNumber()), from.number);
  if (from.string !== undefined) addString((to.string ??= emptyString()), from.string);
  if (from.array !== undefined) addArray((to.array ??= emptyArray()), from.array);
  if (from.object !== undefined) addObject((to.object ??= emptyObject()), from.object);
  return to;
}

function addCount(to: Count, from: Count): void {
  to.count += from.count;
  to.in += from.in;
}

function addRange(to: { min: number; max: number }, from: { readonly min: number; readonly max: number }): void {
  to.min = Math.min(to.min, from.min);
  to.max = Math.max(to.max, from.max);
}

function addNumber(to: NumberShape, from: NumberShape): void {
  addCount(to, from);
  addRange(to, from);
  to.integers += from.integers;
}

function addArray(to: ArrayShape, from: ArrayShape): void {
  addCount(to, from);
  addRange(to, from);
  addShape(to.items, from.items);
}

function addString(to: StringShape, from: StringShape): void {
  addCount(to, from);
  addRange(to, from);
  to.empty += from.empty;
  to.digits += from.digits;
  for (const [format, count] of from.formats) to.formats.set(format, (to.formats.get(format) ?? 0) + count);
  for (const character of from.characters) to.characters.add(character);
  if (from.prefix !== undefined) to.prefix = to.prefix === undefined || to.prefix === from.prefix ? from.prefix : "";
  to.known = addKnown(to.known, from.known);
}

function addKnown(to: StringShape["known"], from: StringShape["known"]): StringShape["known"] {
  if (to === undefined || from === undefined) return undefined;
  for (const [value, { count, in: exchanges }] of from.values) {
    const former = to.values.get(value) ?? { count: 0, in: 0 };
    to.values.set(value, { count: former.count + count, in: former.in + exchanges });
  }
  for (const [mask, count] of from.masks) to.masks.set(mask, (to.masks.get(mask) ?? 0) + count);
  return to.values.size + to.masks.size > MOST_VALUES ? undefined : to;
}

/** Adds what was seen of other objects. */
export function addObject(to: ObjectShape, from: ObjectShape): void {
  addCount(to, from);
  if (from.values !== undefined) {
    asMap(to);
    addShape((to.values ??= emptyShape()), from.values);
  }
  for (const [name, shape] of from.members) addShape(memberOf(to, name), shape);
}

/** Makes an object with members one whose members have one shape in common. */
export function asMap(object: ObjectShape): ObjectShape {
  const values = (object.values ??= emptyShape());
  for (const shape of object.members.values()) addShape(values, shape);
  object.members.clear();
  values.in = Math.min(values.in, object.in);
  return object;
}

/** The shape of a member, made where there is none yet. Members of a map have one in common. */
export function memberOf(object: ObjectShape, name: string): Shape {
  if (object.values !== undefined) return object.values;
  const known = object.members.get(name);
  if (known !== undefined) return known;
  const made = emptyShape();
  object.members.set(name, made);
  return made;
}
