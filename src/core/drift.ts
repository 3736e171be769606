import type { DifferenceKind } from "./difference.ts";
import type { Finding } from "./finding.ts";
import type { Incident } from "./incident.ts";
import { everyIndex, everyName } from "./normalized-path.ts";

/** One way in which responses of a vendor differ from what is declared of them. Holds nothing of a value. */
export interface DriftKey {
  readonly vendor: string;
  /** As declared, such as `GET /items/{id}`; of an undocumented one, method and path with `{}` for what identifies. */
  readonly route: string;
  readonly kind: DifferenceKind;
  /** JSONPath, `[*]` for every index and every name that is data. */
  readonly path: string;
  /** The place in the schemas. */
  readonly schema: string;
  /** What is wrong, in the schema's terms. */
  readonly message: string;
}

/** A difference, since when and how often. */
export interface Drift extends DriftKey {
  /** Whether an application that relies on what was declared can fail over it. */
  readonly breaking: boolean;
  /** In how many responses. */
  readonly count: number;
  /** When it was first and last seen, in milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  /** What was there the first time, letters and digits masked. */
  readonly example: string;
}

export interface DriftQuery {
  /** At most this many, in the order of vendor, route and kind; 1 to 1000. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
  readonly vendor?: string;
  /** Only what was seen from then on, in milliseconds since the epoch. */
  readonly since?: number;
}

/** What is known of how vendors change, wherever it is kept. */
export interface DriftStore {
  /** One page. Throws `RangeError` for a cursor that it did not give. */
  drift(query: DriftQuery): Promise<{ readonly drift: readonly Drift[]; readonly next?: string }>;
}

/** A new member, a route that nobody described, a member too much: applications do not read what they do not know. */
const HARMLESS: ReadonlySet<DifferenceKind> = new Set(["unknown-member", "write-only", "route"]);

/** Whether an application that relies on what was declared can fail over a difference of this kind. */
export function isBreaking(kind: DifferenceKind): boolean {
  return !HARMLESS.has(kind);
}

/** The differences of one response, each once, with what was there, masked. */
export function differencesOf(incident: Incident): readonly (DriftKey & { readonly example: string })[] {
  const { vendor, findings } = incident;
  if (vendor === undefined) return [];
  const found = findings.flatMap((finding) => differenceOf(finding, vendor, incident));
  return [...new Map(found.toReversed().map((one) => [JSON.stringify({ ...one, example: "" }), one])).values()];
}

function differenceOf(
  { difference, location, message, evidence }: Finding,
  vendor: string,
  { request }: Incident,
): (DriftKey & { readonly example: string })[] {
  if (difference === undefined) return [];
  const { kind, schema, route = `${request.method} ${generalPath(request.url)}` } = difference;
  const path = everyName(everyIndex(location.path), (name) => !isName(name));
  return [{ vendor, route, kind, path, schema, message, example: masked(evidence, kind) }];
}

/** Whether a member's or a segment's name is one of few, rather than data such as an id or an address. */
function isName(name: string): boolean {
  return /^[\p{L}\p{N}_.$:+-]{1,40}$/u.test(name) && !/\d{3}/.test(name);
}

function generalPath(url: string): string {
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  return path
    .split("/")
    .map((segment) => (segment === "" || isName(segment) ? segment : "{}"))
    .join("/");
}

/** What says of itself what it is: names of types, not values. */
const TELLING: ReadonlySet<DifferenceKind> = new Set(["media-type", "status"]);

function masked(evidence: string, kind: DifferenceKind): string {
  if (TELLING.has(kind) || /^(?:an? \w+|nothing|true|false|null)$/.test(evidence)) return evidence;
  if (kind === "unknown-member" && isName(evidence)) return evidence;
  return evidence.replaceAll(/[\p{L}\p{N}\p{M}]/gu, (character) => (/\p{N}/u.test(character) ? "0" : "x"));
}
