import { ENOUGH, MANY } from "./confidence.ts";
import { enumerationOf } from "./enumeration.ts";
import { NAMING } from "./identifier.ts";
import type { StringShape } from "./shape.ts";
import { STRING_FORMATS } from "./string-format.ts";

/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = Record<string, unknown>;

/** Strings that have to share a standard's format before it is theirs: nothing has it by chance. */
const FORMATTED = 3;
/** Exchanges from which texts of people have had time to be long. */
const LONG = 100;

/** What holds for the strings of one place. `others` says whether an `enum`, which speaks of all types, may be used, and whether with null. */
export function stringKeywords(shape: StringShape, name: string, others: "none" | "null" | "some"): JsonSchema {
  const values = others === "some" ? undefined : enumerationOf(shape, name);
  if (values !== undefined)
    return { enum: [...(shape.empty > 0 ? [""] : []), ...values, ...(others === "null" ? [null] : [])] };
  const notation = notationOf(shape, name);
  if (notation === undefined) return lengths(shape);
  // What may be left out is either empty or written as the others.
  return shape.empty > 0 && others === "none"
    ? { anyOf: [{ maxLength: 0 }, notation] }
    : shape.empty > 0
      ? {}
      : notation;
}

function notationOf(shape: StringShape, member: string): JsonSchema | undefined {
  const filled = shape.count - shape.empty;
  const format = STRING_FORMATS.find(({ name }) => filled > 0 && shape.formats.get(name) === filled);
  if (format === undefined) return tokenOf(shape, filled) ?? nameOf(shape, member);
  // Codes that happened to be digits may have letters too.
  if ("format" in format.keyword ? filled < FORMATTED : shape.in < MANY) return undefined;
  if (format.name === "digits" && shape.min < shape.max && !NAMING.test(member)) return undefined;
  return { ...format.keyword, ...(SIZED.has(format.name) ? lengths(shape, format.name === "hexadecimal") : {}) };
}

/** Formats that leave the length open. */
const SIZED = new Set(["uri", "email", "hexadecimal", "digits", "decimal", "signed-decimal"]);

/** What is known of identifiers of any other kind: there are no blanks in them. */
function nameOf(shape: StringShape, member: string): JsonSchema | undefined {
  const hasBlanks = shape.characters.has(" ");
  return shape.in < ENOUGH || hasBlanks || !NAMING.test(member)
    ? undefined
    : { pattern: String.raw`^\S+$`, ...lengths(shape) };
}

/** Identifiers: a digit in each, or in most after one prefix, and nothing but letters, digits and what joins them. Codes: capitals of one length. */
function tokenOf(shape: StringShape, filled: number): JsonSchema | undefined {
  const { characters, digits, prefix = "", min, max } = shape;
  if (shape.in < ENOUGH || [...characters].some((kind) => !/^[aA0_.:-]$/.test(kind))) return undefined;
  const isCode = min === max && max <= 8 && [...characters].every((kind) => kind === "A" || kind === "0");
  if (!isCode && digits < filled && (prefix === "" || digits < filled * 0.8)) return undefined;
  const classes = [...characters].map((kind) => ({ a: "a-z", A: "A-Z", 0: "0-9" })[kind] ?? (kind === "-" ? "" : kind));
  const dash = characters.has("-") ? "-" : "";
  return {
    pattern: `^${prefix}[${classes.toSorted((a, b) => (a < b ? -1 : 1)).join("")}${dash}]+$`,
    ...lengths(shape, true),
  };
}

/** How long strings may be: as long as all were, where identifiers always were of one length, else with room to grow. */
function lengths({ in: exchanges, min, max, count, empty }: StringShape, isToken = false): JsonSchema {
  if (exchanges < ENOUGH || count === empty) return {};
  if (isToken && min === max && exchanges >= MANY) return { minLength: min, maxLength: max };
  return { maxLength: (exchanges < LONG ? 10 : 3) * max + 16 };
}
