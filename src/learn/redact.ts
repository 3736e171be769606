import { isNameable } from "./enumeration.ts";
import { isIdentifier } from "./identifier.ts";
import { pathOf } from "./path-template.ts";
import { LONGEST_VALUE, MOST_VALUES } from "./shape.ts";
import { maskOf, redactedString } from "./string-format.ts";

/** Whether a string may be kept as it is at a place, given as member names from the root; `name` is the nearest. */
export type Keep = (place: string, name: string, text: string) => boolean;

/** A JSON value of the same shape that says what kinds of values there were and not which ones: strings by their notation, numbers by their first digit. */
export function redactedJson(value: unknown, keep: Keep): unknown {
  return redacted(value, "$", "", keep);
}

function redacted(value: unknown, place: string, name: string, keep: Keep): unknown {
  if (typeof value === "string") return keep(place, name, value) ? value : redactedString(value);
  if (typeof value === "number") return redactedNumber(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, `${place}[]`, name, keep));
  if (typeof value !== "object" || value === null) return value;
  const used = new Set<string>();
  return Object.fromEntries(
    Object.entries(value).map(([member, one]) => {
      const shown = unused(isName(member) ? member : redactedString(member), used);
      used.add(shown);
      return [shown, redacted(one, `${place}.${shown}`, member, keep)];
    }),
  );
}

/** Names that programs give; the rest is data that came as a name. */
function isName(member: string): boolean {
  return /^[A-Za-z_$@][\w$@.:-]{0,63}$/.test(member) && !isIdentifier(member);
}

/** Redacted names of one object may become equal: the last characters then count. */
function unused(name: string, used: ReadonlySet<string>): string {
  let shown = name;
  for (let i = 1; used.has(shown); i++) shown = name.slice(0, Math.max(0, name.length - String(i).length)) + String(i);
  return shown;
}

/** Sign, whether it is whole, and the first digit. */
function redactedNumber(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const power = 10 ** Math.floor(Math.log10(Math.abs(value)));
  const rounded = Math.trunc(value / power) * power;
  if (Number.isInteger(value)) return Math.round(rounded);
  return Number.isInteger(rounded) ? rounded + Math.sign(value) * 0.5 : rounded;
}

/** The path of a URL, what identifies in it redacted, and no query. */
export function redactedUrl(url: string): string {
  return pathOf(url)
    .split("/")
    .map((segment) => (isIdentifier(segment) ? redactedSegment(segment) : segment))
    .join("/");
}

/** Encoded characters are one each; what remains legible in a path stays so. */
function redactedSegment(segment: string): string {
  try {
    return encodeURIComponent(redactedString(decodeURIComponent(segment))).replaceAll(
      /%(?:40|2B|3A)/g,
      decodeURIComponent,
    );
  } catch {
    // What is encoded wrongly might be anything.
    return segment.replaceAll(/%[0-9a-f]{2}|[^%]+/gi, (piece) => (piece.startsWith("%") ? "%20" : maskOf(piece)));
  }
}

/** In how many exchanges a value has to stand at a place before it is kept. */
const OFTEN = 20;
const MOST_PLACES = 10_000;

/**
 * Remembers, in memory alone, which values stand again and again at one place, so that values of enumerations can be told from
 * those of one person. What is seen rarely is never kept, nor is anything at a place with many values.
 */
export class RepeatedValues {
  readonly #places = new Map<string, Map<string, number> | undefined>();

  /** Counts the strings of one exchange; `route` says which responses are compared. Gives what may be kept. */
  ofExchange(route: string): Keep {
    const counted = new Set<string>();
    return (place, name, text) => {
      if (text.length > LONGEST_VALUE || !isNameable(text, name)) return false;
      const key = `${route} ${place}`;
      const values = this.#valuesAt(key);
      if (values === undefined) return false;
      const once = `${place} ${text}`;
      const count = (values.get(text) ?? 0) + (counted.has(once) ? 0 : 1);
      counted.add(once);
      values.set(text, count);
      if (values.size > MOST_VALUES) this.#places.set(key, undefined);
      return count >= OFTEN;
    };
  }

  #valuesAt(key: string): Map<string, number> | undefined {
    if (this.#places.has(key)) return this.#places.get(key);
    const values = this.#places.size < MOST_PLACES ? new Map<string, number>() : undefined;
    if (values !== undefined) this.#places.set(key, values);
    return values;
  }
}
