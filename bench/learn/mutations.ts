import type { Random } from "./random.ts";

/** One value inside a body, and how to put another there. */
interface Place {
  /** Member names from the root; `[]` for any element of a list. */
  readonly path: string;
  /** Name of the nearest member. */
  readonly name: string;
  readonly value: unknown;
  readonly set: (value: unknown) => void;
}

/** What bodies of one route have in common, from all of them: what a mutation would break. */
export interface Habits {
  readonly nullable: ReadonlySet<string>;
  readonly enumerations: ReadonlySet<string>;
}

interface Mutation {
  readonly applies: (place: Place, habits: Habits) => boolean;
  readonly mutate: (value: unknown) => unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): boolean => value !== null && typeof value !== "object";
const DATE = /^\d{4}-\d\d-\d\d/;

/** The ten kinds. Each is tried at one place of a body, chosen among those that it applies to. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "type change": {
    applies: ({ value }) => isScalar(value),
    mutate: (value) => (typeof value === "string" ? 12_345 : "changed"),
  },
  "member added": {
    applies: ({ value }) => isObject(value),
    mutate: (value) => ({ ...(value as object), unexpected: "x" }),
  },
  "enum violated": {
    applies: ({ path, value }, { enumerations }) => typeof value === "string" && enumerations.has(path),
    mutate: () => "unexpected_value",
  },
  "string where id": {
    applies: ({ name, value }) => /(?:^|[_a-z])(?:id|Id|ID|uuid|sha|tid)$/.test(name) && isScalar(value),
    mutate: () => "something else",
  },
  "negative price": {
    applies: ({ name, value }) =>
      /price|amount|total|cost|fee|balance|volume/i.test(name) &&
      ((typeof value === "number" && value > 0) || (typeof value === "string" && /^\d+\.\d+$/.test(value))),
    mutate: (value) => (typeof value === "string" ? `-${value}` : -Number(value)),
  },
  "length ×100": {
    applies: ({ value }) => typeof value === "string" && value.length >= 3,
    mutate: (value) => String(value).repeat(100),
  },
  null: { applies: ({ path, value }, { nullable }) => isScalar(value) && !nullable.has(path), mutate: () => null },
  "array for object": { applies: ({ value }) => isObject(value), mutate: (value) => [value] },
  "date broken": {
    applies: ({ value }) => typeof value === "string" && DATE.test(value),
    mutate: (value) => String(value).replace(/^(\d{4})-\d\d-\d\d/, "$1-13-45"),
  },
  "nested object": { applies: ({ value }) => isScalar(value), mutate: (value) => ({ value }) },
};

/** A copy of the body with one value changed, or undefined where the mutation applies nowhere. */
export function mutated(body: unknown, kind: string, habits: Habits, random: Random): unknown {
  const holder = { root: structuredClone(body) };
  const { applies, mutate } = MUTATIONS[kind]!;
  const places = [...placesIn(holder.root, "$", "", (value) => (holder.root = value))];
  const fitting = places.filter((place) => applies(place, habits));
  if (fitting.length === 0) return undefined;
  const place = random.pick(fitting);
  place.set(mutate(place.value));
  return holder.root;
}

/** Learned from all bodies, not from the half that schemas are learned on. */
export function habitsOf(bodies: readonly unknown[]): Habits {
  const nullable = new Set<string>();
  const strings = new Map<string, Map<string, number>>();
  for (const body of bodies)
    for (const { path, value } of placesIn(body, "$", "", () => {})) {
      if (value === null) nullable.add(path);
      if (typeof value !== "string") continue;
      const counts = strings.get(path) ?? new Map<string, number>();
      strings.set(path, counts.set(value, (counts.get(value) ?? 0) + 1));
    }
  const isEnumeration = (counts: ReadonlyMap<string, number>): boolean =>
    counts.size >= 2 &&
    counts.size <= 12 &&
    [...counts].every(([value, count]) => count >= 5 && /^[A-Za-z][\w-]*$/.test(value));
  const enumerations = new Set([...strings].filter(([, counts]) => isEnumeration(counts)).map(([path]) => path));
  return { nullable, enumerations };
}

function* placesIn(value: unknown, path: string, name: string, set: (value: unknown) => void): Generator<Place> {
  yield { path, name, value, set };
  if (Array.isArray(value))
    for (let i = 0; i < value.length; i++) yield* placesIn(value[i], `${path}[]`, name, (one) => (value[i] = one));
  else if (isObject(value))
    for (const [member, one] of Object.entries(value))
      yield* placesIn(one, `${path}.${member}`, member, (changed) => (value[member] = changed));
}
