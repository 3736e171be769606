import { addShape } from "./merge.ts";
import { shapeOf } from "./observe.ts";
import { collapsed, matchesTemplate, namedTemplate, pathOf, templateSegments } from "./path-template.ts";
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
  readonly routes: readonly LearnedRoute[];
}

interface Growing {
  readonly method: string;
  readonly segments: readonly string[];
  readonly responses: Map<string, LearnedResponse>;
}

/** Learns what the responses of one vendor look like, exchange by exchange, on top of what was learned before. */
export class Learner {
  readonly #vendor: string;
  readonly #routes = new Map<string, Growing>();
  /** Templates that are known by name, those with most fixed segments first. */
  #templates: readonly string[];
  #exchanges: number;
  #setAside: number;

  /** `templates` are paths such as `/users/{login}` that the caller knows of. */
  constructor(vendor: string, before?: LearnedApi, templates: readonly string[] = []) {
    this.#vendor = vendor;
    this.#exchanges = before?.exchanges ?? 0;
    this.#setAside = before?.setAside ?? 0;
    this.#templates = [...templates, ...(before?.routes.map(({ path }) => path) ?? [])]
      .filter((path) => path.includes("{"))
      .toSorted((a, b) => parameters(a) - parameters(b));
    for (const { method, path, responses } of before?.routes ?? [])
      this.#routes.set(keyOf(method, templateSegments(path)), { method, segments: templateSegments(path), responses });
  }

  add({ method, url, status, mediaType, json, redacted = false }: Observation): void {
    this.#exchanges++;
    const path = pathOf(url);
    const template = this.#templates.find((one) => matchesTemplate(one, path)) ?? path;
    const { responses } = this.#route(method.toUpperCase(), templateSegments(template));
    const response = responses.get(String(status)) ?? { count: 0, content: new Map<string, Shape | undefined>() };
    responses.set(String(status), response);
    response.count++;
    if (mediaType === undefined) return;
    const shape = json === undefined ? undefined : shapeOf(json.value, redacted);
    response.content.set(mediaType, added(response.content.get(mediaType), shape));
  }

  /** Counts an exchange that must not be learned from. */
  setAside(): void {
    this.#setAside++;
  }

  #route(method: string, segments: readonly string[]): Growing {
    const key = keyOf(method, segments);
    const route = this.#routes.get(key) ?? { method, segments, responses: new Map<string, LearnedResponse>() };
    this.#routes.set(key, route);
    return route;
  }

  /** All that is known now. Paths that differ in names which turned out to be data become one. */
  learned(): LearnedApi {
    for (const routes of Map.groupBy(this.#routes.values(), ({ method }) => method).values()) {
      const changes = collapsed(routes.map(({ segments }) => segments));
      for (const { method, segments, responses } of routes) {
        const template = changes.get(segments);
        if (template === undefined) continue;
        this.#routes.delete(keyOf(method, segments));
        addResponses(this.#route(method, template).responses, responses);
      }
    }
    const routes = [...this.#routes.values()].map(({ method, segments, responses }) => ({
      method,
      path: this.#nameOf(segments),
      responses,
    }));
    return {
      vendor: this.#vendor,
      exchanges: this.#exchanges,
      setAside: this.#setAside,
      routes: routes.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    };
  }

  #nameOf(segments: readonly string[]): string {
    const key = keyOf("", segments);
    return this.#templates.find((path) => keyOf("", templateSegments(path)) === key) ?? namedTemplate(segments);
  }
}

function order({ path, method }: LearnedRoute): string {
  return `${path} ${method}`;
}

function parameters(path: string): number {
  return path.split("{").length;
}

function keyOf(method: string, segments: readonly string[]): string {
  return `${method} /${segments.join("/")}`;
}

function added(before: Shape | undefined, shape: Shape | undefined): Shape | undefined {
  return shape === undefined ? before : addShape(before ?? emptyShape(), shape);
}

function addResponses(to: Map<string, LearnedResponse>, from: ReadonlyMap<string, LearnedResponse>): void {
  for (const [status, { count, content }] of from) {
    const response = to.get(status) ?? { count: 0, content: new Map<string, Shape | undefined>() };
    to.set(status, response);
    response.count += count;
    for (const [mediaType, shape] of content)
      response.content.set(mediaType, added(response.content.get(mediaType), shape));
  }
}
