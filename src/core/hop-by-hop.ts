import type { HeaderField, HeaderList } from "./headers.ts";

const CONNECTION = "connection";

/** Fields of one connection and not of the message (RFC 9110, section 7.6.1). */
export const HOP_BY_HOP: readonly string[] = [
  CONNECTION,
  "proxy-connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Fields that only Lazaret sets. */
const OWN = "lazaret-";

/** The names in `Connection`, which go with it (RFC 9110, section 7.6.1); most messages name none. */
function connectionOptions(headers: HeaderList): ReadonlySet<string> | undefined {
  let options: Set<string> | undefined;
  for (const [field, value] of headers) {
    if (field.length !== CONNECTION.length || field.toLowerCase() !== CONNECTION || value === "keep-alive") continue;
    options ??= new Set();
    for (const option of value.split(",")) options.add(option.trim().toLowerCase());
  }
  return options;
}

/** The fields that go on to the next connection: without these names (lower case), those that `Connection` names, and Lazaret's own. */
export function fieldsThatGoOn(headers: HeaderList, names: ReadonlySet<string>): HeaderField[] {
  const options = connectionOptions(headers);
  return headers.filter(([field]) => {
    const name = field.toLowerCase();
    return !names.has(name) && !name.startsWith(OWN) && options?.has(name) !== true;
  });
}
