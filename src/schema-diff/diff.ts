import type { DifferenceKind } from "../core/difference.ts";
import { compareSchemas, type Documents } from "./compare.ts";
import { type DeclaredResponse, routeShape } from "./document.ts";

/** One difference between two documents, seen by who consumes responses. */
export interface DocumentChange {
  readonly route: string;
  /** `200`, `2XX`, `DEFAULT`; absent where the whole route is concerned. */
  readonly status?: string;
  /** Media type; absent where the whole response is concerned. */
  readonly mediaType?: string;
  /** JSONPath; absent where the whole content is concerned. */
  readonly path?: string;
  readonly kind: DifferenceKind;
  readonly breaking: boolean;
  readonly message: string;
}

/** Differences of the responses that two documents declare, breaking ones first, then by route. */
export function diffDocuments(documents: Documents): DocumentChange[] {
  const before = documents.before.responses();
  const after = documents.after.responses();
  const changes = [...before].flatMap(([key, response]) => {
    const now = after.get(key);
    return now === undefined ? [goneResponse(response, after)] : diffResponse(response, now, documents);
  });
  const added = [...after].flatMap(([key, response]) => (before.has(key) ? [] : [newResponse(response, before)]));
  const order = ({ breaking, route, status = "" }: DocumentChange): string => `${breaking ? 0 : 1} ${route} ${status}`;
  return unique([...changes, ...added]).toSorted((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

/** A route that is gone or new is said once, and not for each of its statuses. */
function unique(changes: readonly DocumentChange[]): DocumentChange[] {
  return [...new Map(changes.map((change) => [JSON.stringify(change), change])).values()];
}

function hasRoute(responses: ReadonlyMap<string, DeclaredResponse>, { route }: DeclaredResponse): boolean {
  return responses.values().some((one) => routeShape(one.route) === routeShape(route));
}

function goneResponse(response: DeclaredResponse, after: ReadonlyMap<string, DeclaredResponse>): DocumentChange {
  const { route, status } = response;
  if (!hasRoute(after, response)) return { route, kind: "route", breaking: true, message: "the route is gone" };
  return { route, status, kind: "status", breaking: status.startsWith("2"), message: "is no longer declared" };
}

function newResponse(response: DeclaredResponse, before: ReadonlyMap<string, DeclaredResponse>): DocumentChange {
  const { route, status } = response;
  if (!hasRoute(before, response)) return { route, kind: "route", breaking: false, message: "the route is new" };
  return { route, status, kind: "status", breaking: false, message: "is new" };
}

function diffResponse(before: DeclaredResponse, after: DeclaredResponse, documents: Documents): DocumentChange[] {
  const { route, status } = after;
  const types = new Set([...before.content.keys(), ...after.content.keys()]);
  return [...types].flatMap((mediaType): DocumentChange[] => {
    const place = { route, status, mediaType };
    if (!after.content.has(mediaType))
      return [{ ...place, kind: "media-type", breaking: true, message: "this content is gone" }];
    if (!before.content.has(mediaType))
      return [{ ...place, kind: "media-type", breaking: before.content.size === 0, message: "this content is new" }];
    const changes = compareSchemas(
      before.content.get(mediaType) ?? true,
      after.content.get(mediaType) ?? true,
      documents,
    );
    return changes.map((change) => ({ ...place, ...change }));
  });
}
