import type { Format } from "ajv";
import { fullFormats } from "ajv-formats/dist/formats.js";

/** A notation that strings of one place can share. */
interface StringFormat {
  readonly name: string;
  readonly test: (text: string) => boolean;
  /** What says it in a JSON Schema. */
  readonly keyword: { readonly format: string } | { readonly pattern: string };
  /** A string of the same notation and, where the notation leaves it open, the same length, that says nothing of the value. */
  readonly redact: (text: string) => string;
}

const DATE = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:[.,]\d+)?)?`;

/** The most special first. The standard's own are judged by the same functions that later check them. */
export const STRING_FORMATS: readonly StringFormat[] = [
  standard("date-time", (text) =>
    text.replace(/^[\d-]{10}(.)[\d:]{8}/, "2000-01-01$100:00:00").replace(/\.\d+/, zeros),
  ),
  standard("date", () => "2000-01-01"),
  patterned("local-date-time", `^${DATE}[T ]${TIME}(?: ?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d))?$`, (text) =>
    text.replace(
      /^.{10}(.)[\d:]{5}(:\d\d)?/,
      (_, between: string, seconds?: string) => `2000-01-01${between}00:00${seconds === undefined ? "" : ":00"}`,
    ),
  ),
  patterned(
    "http-date",
    String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?:0[1-9]|[12]\d|3[01]) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d (?:GMT|UTC|[+-]\d{4})$`,
    () => "Sat, 01 Jan 2000 00:00:00 GMT",
  ),
  standard("uuid", () => "00000000-0000-4000-8000-000000000000"),
  standard("ipv4", () => "192.0.2.0"),
  standard("ipv6", () => "2001:db8::"),
  standard("email", (text) => `${"x".repeat(Math.max(1, text.length - "@example.com".length))}@example.com`),
  standard("uri", redactUri, /^[a-z][a-z0-9+.-]*:\/\//i),
  patterned("digits", String.raw`^\d+$`, zeros),
  patterned("decimal", String.raw`^\d+(?:\.\d+)?$`, zeros),
  patterned("signed-decimal", String.raw`^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$`, zeros),
  patterned("hexadecimal", "^[0-9a-f]{8,}$", (text) => text.replaceAll(/../g, "a0").replace(/[^a0]$/, "0")),
];

function standard(
  name: "date-time" | "date" | "uuid" | "ipv4" | "ipv6" | "email" | "uri",
  redact: StringFormat["redact"],
  also?: RegExp,
): StringFormat {
  const holds = formatTest(fullFormats[name]);
  return { name, test: (text) => (also?.test(text) ?? true) && holds(text), keyword: { format: name }, redact };
}

/** The three ways in which ajv has a format say whether it holds. */
function formatTest(format: Format): (text: string) => boolean {
  if (format instanceof RegExp) return (text) => format.test(text);
  const validate = typeof format === "object" ? format.validate : format;
  if (validate instanceof RegExp) return (text) => validate.test(text);
  if (typeof validate !== "function") throw new TypeError("the format cannot be tested here");
  // The union of ajv's validators takes strings or numbers; these are of strings.
  return (text) => Reflect.apply(validate, undefined, [text]) === true;
}

function patterned(name: string, pattern: string, redact: StringFormat["redact"]): StringFormat {
  const compiled = new RegExp(pattern);
  return { name, test: (text) => compiled.test(text), keyword: { pattern }, redact };
}

function zeros(text: string): string {
  return text.replaceAll(/\d/g, "0");
}

/** The scheme stays; the rest keeps its length and its slashes. */
function redactUri(text: string): string {
  const [, scheme = "", rest = ""] = /^([^:]*:\/\/)(.*)$/s.exec(text) ?? [];
  return scheme + rest.replaceAll(/[^/]/g, "x");
}

/** Longest string whose notation is looked at; in UTF-16 code units. */
const LONGEST = 2048;

/** Names of the formats that a string has. */
export function formatsOf(text: string): string[] {
  if (text.length === 0 || text.length > LONGEST) return [];
  return STRING_FORMATS.filter(({ test }) => test(text)).map(({ name }) => name);
}

/** Letters and digits by their kind alone; everything else as it is: `Ab-12` gives `Xx-00`. */
export function maskOf(text: string): string {
  return text.replaceAll(/[\p{L}\p{N}\p{M}]/gu, (character) =>
    /\p{N}/u.test(character) ? "0" : /\p{Lu}/u.test(character) ? "X" : "x",
  );
}

/** A string of the same notation, or of the same kinds of characters, that does not say what the string says. */
export function redactedString(text: string): string {
  const format = text.length > LONGEST ? undefined : STRING_FORMATS.find(({ test }) => test(text));
  if (format !== undefined) return format.redact(text);
  // The prefix of an identifier says what it identifies, and nothing of whom.
  const [, prefix = ""] = /^([a-z]{1,8}_)(?=[A-Za-z0-9]{6,}$)(?=.*\d)/.exec(text) ?? [];
  return prefix + maskOf(text.slice(prefix.length));
}
