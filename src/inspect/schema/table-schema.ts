import { Ajv2020 } from "ajv/dist/2020.js";
import type { DifferenceKind } from "../../core/difference.ts";
import { COMPILING, prepare } from "./dialect.ts";
import { kindOf } from "./kind.ts";
import { SchemaError } from "./schema-error.ts";
import type { SchemaFile } from "./schema-file.ts";

/** A column of a Table Schema (Data Package standard, specs.frictionlessdata.io/table-schema). */
export interface Column {
  readonly name: string;
  readonly required: boolean;
  /** JSON Pointer of its declaration. */
  readonly place: string;
  /** How the text of a cell is read; undefined where it cannot be read so. */
  readonly read: (text: string) => unknown;
  /** JSON Schema of what was read. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** What is wrong with a cell. */
export interface WrongCell {
  readonly kind: DifferenceKind;
  readonly reason: string;
}

interface FieldType {
  readonly read: (text: string) => unknown;
  readonly schema: Readonly<Record<string, unknown>>;
}

const asText = (text: string): unknown => text;
const TYPES: Readonly<Partial<Record<string, FieldType>>> = {
  any: { read: asText, schema: {} },
  string: { read: asText, schema: { type: "string" } },
  integer: { read: (text) => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined), schema: { type: "integer" } },
  number: {
    read: (text) => (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined),
    schema: { type: "number" },
  },
  boolean: {
    read: (text) => (/^(?:true|1)$/i.test(text) ? true : /^(?:false|0)$/i.test(text) ? false : undefined),
    schema: { type: "boolean" },
  },
  date: { read: asText, schema: { type: "string", format: "date" } },
  time: { read: asText, schema: { type: "string", format: "time" } },
  datetime: { read: asText, schema: { type: "string", format: "date-time" } },
  year: { read: (text) => (/^-?\d{4}$/.test(text) ? Number(text) : undefined), schema: { type: "integer" } },
  yearmonth: { read: asText, schema: { type: "string", pattern: "^-?\\d{4}-(0[1-9]|1[0-2])$" } },
};
const FORMATS: Readonly<Partial<Record<string, string>>> = { email: "email", uri: "uri", uuid: "uuid" };
const CONSTRAINTS = ["minimum", "maximum", "minLength", "maxLength", "pattern", "enum"];

/** Whether a file of a folder of schemas is a Table Schema. */
export function isTableSchema(value: unknown): value is { readonly fields: readonly unknown[] } {
  return typeof value === "object" && value !== null && "fields" in value && Array.isArray(value.fields);
}

/** The columns of a Table Schema. Throws `SchemaError` with file and line. */
export function columnsOf(file: SchemaFile): readonly Column[] {
  const { value } = file;
  if (!isTableSchema(value)) throw new SchemaError(file.path, 1, "a Table Schema has fields");
  return value.fields.map((field, index) => columnOf(field, `/fields/${index}`, file));
}

function columnOf(field: unknown, place: string, file: SchemaFile): Column {
  const wrong = (reason: string): SchemaError => new SchemaError(file.path, file.line(place), reason);
  if (typeof field !== "object" || field === null) throw wrong("a field is an object with a name");
  const { name, type = "string", format, constraints = {} }: Record<string, unknown> = { ...field };
  if (typeof name !== "string") throw wrong("a field has a name");
  const known = TYPES[String(type)];
  if (known === undefined)
    throw wrong(`${String(type)} is no type of a field; there are ${Object.keys(TYPES).join(", ")}`);
  if (typeof constraints !== "object" || constraints === null) throw wrong("constraints is an object");
  const { required = false, ...limits }: Record<string, unknown> = { ...constraints };
  const unknown = Object.keys(limits).find((constraint) => !CONSTRAINTS.includes(constraint));
  if (unknown !== undefined)
    throw wrong(`${unknown} is no constraint that is checked; there are required, ${CONSTRAINTS.join(", ")}`);
  const named = FORMATS[String(format)];
  const schema = { ...known.schema, ...limits, ...(type === "string" && named !== undefined ? { format: named } : {}) };
  const column = { name, required: required === true, place, read: known.read, schema };
  try {
    cellValidator(column);
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
  return column;
}

/** Looks at the text of one cell. */
export function cellValidator({ read, schema, required }: Column): (text: string) => WrongCell | undefined {
  const ajv = new Ajv2020({ ...COMPILING, allErrors: false });
  prepare(ajv);
  const validate = ajv.compile(schema);
  return (text) => {
    if (text === "") return required ? { kind: "missing", reason: "is required and empty" } : undefined;
    const value = read(text);
    if (value === undefined) return { kind: "type", reason: `is not of type ${String(schema["type"])}` };
    if (validate(value)) return undefined;
    const [error] = validate.errors ?? [];
    return error && { kind: kindOf(error), reason: error.message ?? error.keyword };
  };
}
