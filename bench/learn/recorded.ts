import { benignCorpus } from "../corpora.ts";

/** Real responses that stand for one route, as they came. */
export interface RecordedRoute {
  readonly name: string;
  readonly bodies: readonly unknown[];
}

/** Different objects of one place that a group has to have. */
const LEAST = 120;

/** Share of members that two bodies have in common where they are of the same kind. */
const ALIKE = 0.6;

/**
 * The development corpus says neither URL nor status of its bodies and has few of any one endpoint. What it has many of are
 * things inside them: the trades, stops, commits, users of a vendor. Each such kind, by vendor, member name and members, stands
 * for a route that answers with one of them; equal ones count once. Order is that of the corpus.
 */
export function recordedRoutes(): RecordedRoute[] {
  const groups = new Map<string, Map<string, unknown>>();
  for (const { id, body } of benignCorpus()) {
    const vendor = id.replace(/\/.*$/, "");
    collect(parsed(body), `${vendor} body`, groups);
  }
  return [...groups]
    .flatMap(([name, bodies]) =>
      kindsOf([...bodies.values()]).map((kind, i) => ({ name: i === 0 ? name : `${name} (${i + 1})`, bodies: kind })),
    )
    .filter(({ bodies }) => bodies.length >= LEAST)
    .toSorted((a, b) => b.bodies.length - a.bodies.length);
}

/** Groups of bodies that have most of their members in common, the largest first. */
function kindsOf(bodies: readonly unknown[]): unknown[][] {
  if (bodies.length < LEAST) return [];
  const kinds: { readonly members: ReadonlySet<string>; readonly bodies: unknown[] }[] = [];
  for (const body of bodies) {
    const members = new Set(Object.keys(body as object));
    const kind = kinds.find((one) => one.members.intersection(members).size >= ALIKE * one.members.union(members).size);
    if (kind === undefined) kinds.push({ members, bodies: [body] });
    else kind.bodies.push(body);
  }
  return kinds.map((kind) => kind.bodies).toSorted((a, b) => b.length - a.length);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function collect(value: unknown, name: string, groups: Map<string, Map<string, unknown>>): void {
  if (typeof value !== "object" || value === null) return;
  const vendor = name.replace(/ .*$/, "");
  if (Array.isArray(value)) {
    for (const item of value) collect(item, `${name}[]`, groups);
    return;
  }
  if (Object.keys(value).length >= 4) {
    const group = groups.get(name) ?? new Map<string, unknown>();
    groups.set(name, group.set(JSON.stringify(value), value));
  }
  for (const [member, one] of Object.entries(value)) collect(one, `${vendor} ${member}`, groups);
}
