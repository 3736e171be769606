/**
 * Header fields in the order they came, names in their original spelling (RFC 9110, section 5).
 * Values are strings of code units 0–255 as Node delivers them (ISO 8859-1).
 */
export type HeaderList = readonly HeaderField[];
export type HeaderField = readonly [name: string, value: string];

/** The first value of a field, compared without case, or undefined. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [field, value] of headers)
    if (field.length === wanted.length && field.toLowerCase() === wanted) return value;
  return undefined;
}

/** All values of a field, in order. */
export function headerValues(headers: HeaderList, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value);
}

/** The list without any field of these names. */
export function withoutHeaders(headers: HeaderList, ...names: string[]): HeaderList {
  const unwanted = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter(([field]) => !unwanted.has(field.toLowerCase()));
}

/** The list with one field of this name: the first is replaced in place, further ones are dropped, a missing one is appended. */
export function withHeader(headers: HeaderList, name: string, value: string): HeaderList {
  const wanted = name.toLowerCase();
  const isWanted = ([field]: HeaderField): boolean => field.length === wanted.length && field.toLowerCase() === wanted;
  const at = headers.findIndex(isWanted);
  if (at < 0) return [...headers, [name, value]];
  if (headers[at]?.[1] === value && headers.findLastIndex(isWanted) === at) return headers;
  const result = headers.filter(([field], i) => i <= at || field.toLowerCase() !== wanted);
  result[at] = [headers[at]?.[0] ?? name, value];
  return result;
}

/** Node's `rawHeaders` (name, value, name, value, …) as a list. */
export function headersFromRaw(raw: readonly string[]): HeaderList {
  const headers: HeaderField[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return headers;
}

/** A record of one or several values a name, as `scan --batch` and the library take it, as a list. */
export function headersFromRecord(record: Readonly<Record<string, string | readonly string[]>>): HeaderList {
  return Object.entries(record).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((one): HeaderField => [name, one]),
  );
}
