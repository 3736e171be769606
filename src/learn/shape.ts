/** How many different values and masks of strings are counted at one place; beyond, it is no enumeration. */
export const MOST_VALUES = 32;
/** Longest string that is counted by its value, in UTF-16 code units. */
export const LONGEST_VALUE = 40;

/** How often something was seen, and in how many exchanges: elements of one list say little more than one of them. */
export interface Count {
  count: number;
  in: number;
}

/** What was seen at one place of the bodies of a route. Grows as bodies are observed; what is counted can be added up. */
export interface Shape extends Count {
  null: number;
  boolean: number;
  number: NumberShape | undefined;
  string: StringShape | undefined;
  array: ArrayShape | undefined;
  object: ObjectShape | undefined;
}

export interface NumberShape extends Count {
  /** How many were whole. */
  integers: number;
  min: number;
  max: number;
}

export interface StringShape extends Count {
  empty: number;
  /** Lengths in Unicode code points, as JSON Schema counts them; without the empty ones. */
  min: number;
  max: number;
  /** By name, how many had the format. */
  formats: Map<string, number>;
  /** Kinds of characters that occurred: `a` lower-case letter, `A` upper-case, `0` digit, `é` any other letter or digit, ` ` white space, else the ASCII character itself; `¿` any other character. */
  characters: Set<string>;
  /** How many have a digit. */
  digits: number;
  /** What all begin with, up to a `_` or `-`; empty where that differs. Undefined while none was seen. */
  prefix: string | undefined;
  /** What may turn out to be an enumeration; undefined where there were too many different ones, or too long ones. */
  known: KnownStrings | undefined;
}

interface KnownStrings {
  readonly values: Map<string, Count>;
  /** Of strings whose value is not known, how often there was a mask, or the hint of a value. */
  readonly masks: Map<string, number>;
}

export interface ArrayShape extends Count {
  min: number;
  max: number;
  items: Shape;
}

export interface ObjectShape extends Count {
  members: Map<string, Shape>;
  /** Of a map: what all values have in common, whatever their names. */
  values: Shape | undefined;
}

export function emptyShape(): Shape {
  return {
    count: 0,
    in: 0,
    null: 0,
    boolean: 0,
    number: undefined,
    string: undefined,
    array: undefined,
    object: undefined,
  };
}

export function emptyNumber(): NumberShape {
  return { count: 0, in: 0, integers: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
}

export function emptyString(): StringShape {
  return {
    count: 0,
    in: 0,
    empty: 0,
    min: Number.POSITIVE_INFINITY,
    max: 0,
    formats: new Map(),
    characters: new Set(),
    digits: 0,
    prefix: undefined,
    known: { values: new Map(), masks: new Map() },
  };
}

export function emptyArray(): ArrayShape {
  return { count: 0, in: 0, min: Number.POSITIVE_INFINITY, max: 0, items: emptyShape() };
}

export function emptyObject(): ObjectShape {
  return { count: 0, in: 0, members: new Map(), values: undefined };
}
