import { createHash } from "node:crypto";
import type { StringShape } from "./shape.ts";
import { maskOf } from "./string-format.ts";

/** In how many exchanges a place has to occur, and each of its values, before it is called an enumeration. */
const PLACE_SEEN = 50;
const VALUE_SEEN = 3;
/** In how many, where all have the same value. */
const ONE_VALUE_SEEN = 100;
/** How often a value occurs on average at least. */
const REPEATED = 8;
const MOST = 24;

/** Members whose values are about people or their things, however few there are in a sample. */
const PERSONAL =
  /name|mail|phone|mobile|fax|address|street|city|town|zip|post_?code|user|login|author|owner|contact|gender|sex|birth|age$|nation|religion|ethnic|marital|salary|iban|account|card_?number|ssn|tax_?id|passport|password|secret|token|key$|ip$|lat|lng|lon|location|message|note|comment|description|title|text|body|subject/i;

/** Members that name a kind or a state, for which one value in all samples is worth keeping. */
const TELLING =
  /^(?:object|type|kind|status|state|mode|currency|version|api_?version|event|action|category)$|_(?:type|kind|status|state)$/i;

/** A word or a few, as programs name their own values. */
const TOKEN = /^[A-Za-z][A-Za-z0-9]*(?:[ _.:/-][A-Za-z0-9]+){0,4}$/;

/** Whether a value may be kept as it is, at a place of this name: it is written as programs write their own words. */
export function isNameable(value: string, name: string): boolean {
  if (PERSONAL.test(name) || !TOKEN.test(value)) return false;
  // `Ana Smith`, and numbers of anything.
  return !/^\p{Lu}\S* \p{Lu}/u.test(value) && !/\d{4}/.test(value);
}

/**
 * What a document says of a value that may yet turn out to be one of an enumeration: its mask and a byte of its hash. Enough to tell
 * whether it is one of a few values, too little to tell which of all words it is.
 */
export function hintOf(value: string): string {
  return `${maskOf(value)}~${createHash("sha256").update(value).digest("hex").slice(0, 2)}`;
}

/** The values of an enumeration, in order, or undefined where it is none or too little is known: few values, short, each often, across many exchanges. */
export function enumerationOf(shape: StringShape, name: string): string[] | undefined {
  const { known } = shape;
  if (known === undefined || shape.in < PLACE_SEEN) return undefined;
  const { values, masks } = known;
  if (values.size === 0 || values.size > MOST || shape.count < REPEATED * values.size) return undefined;
  if (values.size === 1 && (shape.in < ONE_VALUE_SEEN || !TELLING.test(name))) return undefined;
  for (const [value, seen] of values) if (seen.in < VALUE_SEEN || !isNameable(value, name)) return undefined;
  const listed = new Set([...values.keys()].flatMap((value) => [maskOf(value), hintOf(value)]));
  let unlisted = 0;
  for (const [mask, count] of masks) {
    if (!listed.has(mask)) return undefined;
    unlisted += count;
  }
  if (unlisted * 2 > shape.count) return undefined;
  return [...values.keys()].toSorted((a, b) => (a < b ? -1 : 1));
}
