import { memberOf } from "./merge.ts";
import {
  type Count,
  emptyArray,
  emptyNumber,
  emptyObject,
  emptyShape,
  emptyString,
  LONGEST_VALUE,
  MOST_VALUES,
  type NumberShape,
  type Shape,
  type StringShape,
} from "./shape.ts";
import { formatsOf, maskOf } from "./string-format.ts";

/**
 * The shape of one JSON value, seen in one exchange. `redacted` says that strings which are their own mask may stand for others,
 * as in a recording, so that they are no values of an enumeration.
 */
export function shapeOf(value: unknown, redacted: boolean): Shape {
  const shape = emptyShape();
  observe(shape, value, redacted);
  return shape;
}

/** Nesting is bounded by the inspection's limit of depth, which a body has passed before it is learned from. */
function observe(shape: Shape, value: unknown, redacted: boolean): void {
  tick(shape);
  if (value === null) shape.null++;
  else if (typeof value === "boolean") shape.boolean++;
  else if (typeof value === "number") observeNumber((shape.number ??= emptyNumber()), value);
  else if (typeof value === "string") observeString((shape.string ??= emptyString()), value, redacted);
  else if (Array.isArray(value)) {
    const array = tick((shape.array ??= emptyArray()));
    array.min = Math.min(array.min, value.length);
    array.max = Math.max(array.max, value.length);
    for (const item of value) observe(array.items, item, redacted);
  } else if (typeof value === "object") {
    const object = tick((shape.object ??= emptyObject()));
    for (const [name, member] of Object.entries(value)) observe(memberOf(object, name), member, redacted);
  }
}

/** Once more, in the one exchange. */
function tick<T extends Count>(counted: T): T {
  counted.count++;
  counted.in = 1;
  return counted;
}

function observeNumber(shape: NumberShape, value: number): void {
  tick(shape);
  if (Number.isInteger(value)) shape.integers++;
  // Beyond what a double holds, a number is infinite.
  const finite = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
  shape.min = Math.min(shape.min, finite);
  shape.max = Math.max(shape.max, finite);
}

function observeString(shape: StringShape, text: string, redacted: boolean): void {
  tick(shape);
  if (text === "") {
    shape.empty++;
    return;
  }
  const length = [...text].length;
  shape.min = Math.min(shape.min, length);
  shape.max = Math.max(shape.max, length);
  for (const format of formatsOf(text)) shape.formats.set(format, (shape.formats.get(format) ?? 0) + 1);
  for (const character of text.slice(0, LONGEST_LOOK)) shape.characters.add(kindOf(character));
  if (/\d/.test(text)) shape.digits++;
  const found = /^[A-Za-z]{1,12}[_-](?=.)/.exec(text)?.[0] ?? "";
  const prefix = redacted && maskOf(found) === found ? "" : found;
  shape.prefix = shape.prefix === undefined || shape.prefix === prefix ? prefix : "";
  observeValue(shape, text, redacted);
}

/** Code units of one string whose kinds of characters are counted. */
const LONGEST_LOOK = 4096;

function kindOf(character: string): string {
  if (character >= "a" && character <= "z") return "a";
  if (character >= "A" && character <= "Z") return "A";
  if (character >= "0" && character <= "9") return "0";
  if (/\s/.test(character)) return " ";
  if (character > " " && character <= "~") return character;
  return /[\p{L}\p{N}\p{M}]/u.test(character) ? "é" : "¿";
}

function observeValue(shape: StringShape, text: string, redacted: boolean): void {
  if (shape.known === undefined) return;
  const { values, masks } = shape.known;
  if (text.length > LONGEST_VALUE) shape.known = undefined;
  else if (redacted && maskOf(text) === text) masks.set(text, (masks.get(text) ?? 0) + 1);
  else values.set(text, { count: (values.get(text)?.count ?? 0) + 1, in: 1 });
  if (values.size + masks.size > MOST_VALUES) shape.known = undefined;
}
