import { addShape } from "./merge.ts";
import { shapeOf } from "./observe.ts";
import { emptyShape, type Shape } from "./shape.ts";

/** What of an exchange is learned from. */
export interface Observation {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Undefined where there was no content. */
  readonly mediaType: string | undefined;
  /** The content where it is JSON. */
  readonly json?: { readonly value: unknown };
  /** Whether values gave way to others of their shape. */
  readonly redacted?: boolean;
}

/** Responses of one status of a route. */
export interface LearnedResponse {
  count: number;
  /** By media type; undefined for what is not JSON. */
  readonly content: Map<string, Shape | undefined>;
}

/** One method of one path template. */
export interface LearnedRoute {
  readonly method: string;
  /** As OpenAPI writes it: `/users/{userId}`. */
  readonly path: string;
  /** By status code. */
  readonly responses: Map<string, LearnedResponse>;
}

/** What was learned of one vendor. */
export interface LearnedApi {
  readonly vendor: string;
  readonly exchanges: number;
  /** Exchanges that nothing was learned from, because of what the inspection found in them. */
  readonly setAside: number;
  /** Id of the last exchange of the gateway's recording that was read; undefined where other inputs were all. */
  readonly recorded: string | undefined;
  readonly routes: readonly LearnedRoute[];
}

/** Counts one more response. */
export function addResponse(
  responses: Map<string, LearnedResponse>,
  { status, mediaType, json, redacted = false }: Observation,
): void {
  const shape = json === undefined ? undefined : shapeOf(json.value, redacted);
  const content: [string, Shape | undefined][] = mediaType === undefined ? [] : [[mediaType, shape]];
  addResponses(responses, new Map([[String(status), { count: 1, content: new Map(content) }]]));
}

function added(before: Shape | undefined, shape: Shape | undefined): Shape | undefined {
  return shape === undefined ? before : addShape(before ?? emptyShape(), shape);
}

/** Adds what was seen of the responses of other exchanges. */
export function addResponses(to: Map<string, LearnedResponse>, from: ReadonlyMap<string, LearnedResponse>): void {
  for (const [status, { count, content }] of from) {
    const response = to.get(status) ?? { count: 0, content: new Map<string, Shape | undefined>() };
    to.set(status, response);
    response.count += count;
    for (const [mediaType, shape] of content)
      response.content.set(mediaType, added(response.content.get(mediaType), shape));
  }
}
