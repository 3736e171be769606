import type { SchemaProblem } from "../schema-error.ts";
import { Converter, type Dialect, type Openness } from "./converter.ts";
import { type Documents, type Place, placeName } from "./documents.ts";
import type { Operation, ResponseDeclaration } from "./operation.ts";

/** Schemas that one document may have: more is a list that refers to itself, or a document made to exhaust. */
const MOST = 3_000_000;
/** References that may follow each other before a value is gone into. */
const CHAIN = 100;

interface Examined {
  readonly place: Place;
  readonly openness: Openness;
}

interface Edge {
  readonly site: Place;
  readonly to: string;
}

/**
 * Looks through all schemas of responses, so that every error is said at once and none comes to light while responses
 * are checked. Gives the references that lead back to themselves, which no validator could follow.
 */
export function examineSchemas(
  documents: Documents,
  dialect: Dialect,
  operations: readonly Operation[],
  problem: (problem: SchemaProblem) => void,
): ReadonlySet<string> {
  const pending = operations
    .flatMap(({ responses }) => [...responses.values()].flatMap(schemasOf))
    .map((place): Examined => ({ place, openness: "open" }));
  const seen = new Set(pending.map(nameOf));
  const edges = new Map<string, Edge[]>();
  let current = "";
  const converter = new Converter({
    documents,
    dialect,
    cuts: new Set(),
    problem: ({ file, pointer }, reason, repair) =>
      problem({ file, pointer, reason, ...(repair === undefined ? {} : { repair }) }),
    refer: (site, place, openness, inPlace) => {
      const target: Examined = { place, openness };
      const to = nameOf(target);
      if (inPlace) edges.set(current, [...(edges.get(current) ?? []), { site, to }]);
      if (!seen.has(to)) {
        seen.add(to);
        pending.push(target);
      }
      return "0";
    },
  });
  for (let next = pending.pop(), count = 0; next !== undefined; next = pending.pop(), count++) {
    if (count > MOST) {
      const { file, pointer } = next.place;
      problem({ file, pointer, reason: `there are more than ${MOST} schemas` });
      break;
    }
    current = nameOf(next);
    converter.convert(next.place, next.openness);
  }
  const cuts = endless(edges);
  for (const { site } of cuts.values()) {
    const reason = "this reference leads back to itself, or through too many others, before it says anything";
    problem({ file: site.file, pointer: site.pointer, reason, repair: "anything is accepted there" });
  }
  return new Set(cuts.keys());
}

/** A name for a schema as it is used. */
function nameOf({ place, openness }: Examined): string {
  return `${openness} ${placeName(place)}`;
}

/** The schemas of a response: of its contents, their records, and its header fields. */
export function schemasOf({ contents, headers }: ResponseDeclaration): Place[] {
  const ofRecords = contents.flatMap(({ record }) => record?.schema ?? []);
  return [...[...contents, ...headers].flatMap(({ schema }) => schema ?? []), ...ofRecords];
}

/** References by which a value would be checked against the same schema without end, by where they stand. */
function endless(edges: ReadonlyMap<string, readonly Edge[]>): Map<string, Edge> {
  const cuts = new Map<string, Edge>();
  const done = new Set<string>();
  for (const start of edges.keys()) {
    if (done.has(start)) continue;
    const path = [{ name: start, next: 0 }];
    const open = new Set([start]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = edges.get(top.name)?.[top.next++];
      if (edge === undefined) {
        path.pop();
        open.delete(top.name);
        done.add(top.name);
      } else if (open.has(edge.to) || path.length > CHAIN) cuts.set(placeName(edge.site), edge);
      else if (!done.has(edge.to)) {
        path.push({ name: edge.to, next: 0 });
        open.add(edge.to);
      }
    }
  }
  return cuts;
}
