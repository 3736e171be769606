import { Ajv } from "ajv";
import { enumerationOf, hintOf, isNameable } from "./enumeration.ts";
import { field, isRecord, members } from "../core/fields.ts";
import { type Count, emptyShape, type NumberShape, type Shape, type StringShape } from "./shape.ts";

/** What `x-lazaret-seen` says of one place: all that was counted but what stands in the schema's own members and items. */
export interface Seen extends Count {
  readonly null?: number;
  readonly boolean?: number;
  readonly number?: NumberShape;
  readonly string?: SeenString;
  readonly array?: Count & Range;
  readonly object?: Count;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

interface SeenString extends Count, Partial<Range> {
  readonly empty?: number;
  readonly formats?: Readonly<Record<string, number>>;
  readonly characters: string;
  readonly digits?: number;
  readonly prefix?: string;
  /** By value of the enumeration: how often, and in how many exchanges. */
  readonly values?: Readonly<Record<string, readonly [number, number]>>;
  readonly masks?: Readonly<Record<string, number>>;
  /** Too many different strings for an enumeration. */
  readonly many?: true;
}

const COUNTS = { count: { type: "integer", minimum: 0 }, in: { type: "integer", minimum: 0 } };
const RANGE = { min: { type: "number" }, max: { type: "number" } };

function exactly(properties: object, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", additionalProperties: false, required, properties };
}

/** What people edit by hand may come back otherwise than it was written. */
const isSeen = new Ajv({ allowUnionTypes: true }).compile<Seen>(
  exactly(
    {
      ...COUNTS,
      null: { type: "integer" },
      boolean: { type: "integer" },
      number: exactly({ ...COUNTS, ...RANGE, integers: { type: "integer" } }),
      string: exactly(
        {
          ...COUNTS,
          ...RANGE,
          empty: { type: "integer" },
          formats: { type: "object", additionalProperties: { type: "integer" } },
          characters: { type: "string" },
          digits: { type: "integer" },
          prefix: { type: "string" },
          values: {
            type: "object",
            additionalProperties: { type: "array", items: { type: "integer" }, minItems: 2, maxItems: 2 },
          },
          masks: { type: "object", additionalProperties: { type: "integer" } },
          many: { const: true },
        },
        ["min", "max", "empty", "formats", "digits", "prefix", "values", "masks", "many"],
      ),
      array: exactly({ ...COUNTS, ...RANGE }),
      object: exactly(COUNTS),
    },
    ["null", "boolean", "number", "string", "array", "object"],
  ),
);

/** What is to be kept of a shape in the document, so that more can be added to it. */
export function seenOf(shape: Shape, name: string): Seen {
  const { in: exchanges, count, null: nulls, boolean, number, string, array, object } = shape;
  return {
    in: exchanges,
    count,
    ...(nulls === 0 ? {} : { null: nulls }),
    ...(boolean === 0 ? {} : { boolean }),
    ...(number === undefined ? {} : { number: { ...number } }),
    ...(string === undefined ? {} : { string: seenString(string, name) }),
    ...(array === undefined ? {} : { array: { in: array.in, count: array.count, min: array.min, max: array.max } }),
    ...(object === undefined ? {} : { object: { in: object.in, count: object.count } }),
  };
}

function seenString(shape: StringShape, name: string): SeenString {
  const { in: exchanges, count, empty, min, max, formats, characters, digits, prefix } = shape;
  return {
    in: exchanges,
    count,
    ...(empty === 0 ? {} : { empty }),
    ...(count === empty ? {} : { min, max }),
    ...(formats.size === 0 ? {} : { formats: Object.fromEntries(formats) }),
    characters: [...characters].toSorted().join(""),
    ...(digits === 0 ? {} : { digits }),
    ...(prefix === undefined || prefix === "" ? {} : { prefix }),
    ...seenValues(shape, name),
  };
}

/** Values stand in the document only once they are an enumeration; before, hints of what may be one do. */
function seenValues(shape: StringShape, name: string): Pick<SeenString, "values" | "masks" | "many"> {
  const { known } = shape;
  if (known === undefined) return { many: true };
  const masks = known.masks.size === 0 ? {} : { masks: Object.fromEntries(known.masks) };
  if (enumerationOf(shape, name) !== undefined)
    return {
      values: Object.fromEntries([...known.values].map(([value, seen]) => [value, [seen.count, seen.in]])),
      ...masks,
    };
  if (![...known.values.keys()].every((value) => isNameable(value, name))) return { many: true };
  const hints = new Map(known.masks);
  for (const [value, { count }] of known.values) hints.set(hintOf(value), (hints.get(hintOf(value)) ?? 0) + count);
  return hints.size === 0 ? {} : { masks: Object.fromEntries(hints) };
}

/** The shape that a schema of ours describes. Throws `TypeError` for one that says nothing of what was seen. */
export function shapeOfSchema(schema: unknown): Shape {
  const seen = field(schema, "x-lazaret-seen");
  if (!isSeen(seen))
    throw new TypeError(
      `x-lazaret-seen, from which to go on counting, ${seen === undefined ? "is missing" : "is not as it was written"}`,
    );
  const { number, string, array, object, ...counts } = seen;
  const items = field(schema, "items");
  const values = field(schema, "additionalProperties");
  const known = members(field(schema, "properties")).map(([name, one]): [string, Shape] => [name, shapeOfSchema(one)]);
  return {
    ...emptyShape(),
    ...counts,
    number: number && { ...number },
    string: string && stringShape(string),
    array: array && { ...array, items: items === undefined ? emptyShape() : shapeOfSchema(items) },
    object: object && {
      ...object,
      members: new Map(known),
      values: isRecord(values) ? shapeOfSchema(values) : undefined,
    },
  };
}

function stringShape({ formats = {}, characters, values = {}, masks = {}, many, ...seen }: SeenString): StringShape {
  return {
    empty: 0,
    digits: 0,
    min: Number.POSITIVE_INFINITY,
    max: 0,
    ...seen,
    prefix: seen.prefix ?? (seen.count === (seen.empty ?? 0) ? undefined : ""),
    formats: new Map(Object.entries(formats)),
    characters: new Set(characters),
    known:
      many === true
        ? undefined
        : {
            values: new Map(
              Object.entries(values).map(([value, [count, exchanges]]) => [value, { count, in: exchanges }]),
            ),
            masks: new Map(Object.entries(masks)),
          },
  };
}
