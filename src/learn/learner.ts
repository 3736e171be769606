import {
  addResponse,
  addResponses,
  type LearnedApi,
  type LearnedResponse,
  type LearnedRoute,
  type Observation,
} from "./learned-api.ts";
import { collapsed, matchesTemplate, namedTemplate, pathOf, templateSegments } from "./path-template.ts";

interface Growing {
  readonly method: string;
  readonly segments: readonly string[];
  readonly responses: Map<string, LearnedResponse>;
}

/** Routes after which paths are looked at for names that are data, so that memory does not grow with them. */
const LOOK_EVERY = 1000;

/** Learns what the responses of one vendor look like, exchange by exchange, on top of what was learned before. */
export class Learner {
  readonly #vendor: string;
  readonly #routes = new Map<string, Growing>();
  /** Paths that the caller knows of, such as `/users/{login}`. */
  readonly #given: readonly string[];
  /** Paths that were learned, those with fewest parameters first. */
  #known: string[];
  #exchanges: number;
  #setAside: number;
  #recorded: string | undefined;
  #lookAt = LOOK_EVERY;

  constructor(vendor: string, before?: LearnedApi, templates: readonly string[] = []) {
    this.#vendor = vendor;
    this.#exchanges = before?.exchanges ?? 0;
    this.#setAside = before?.setAside ?? 0;
    this.#recorded = before?.recorded;
    this.#given = templates.toSorted((a, b) => parameters(a) - parameters(b));
    this.#known = (before?.routes ?? []).map(({ path }) => path).toSorted((a, b) => parameters(a) - parameters(b));
    for (const { method, path, responses } of before?.routes ?? [])
      addResponses(this.#route(method, this.#segmentsOf(path)).responses, responses);
  }

  add(observation: Observation): void {
    const { method, url } = observation;
    this.#exchanges++;
    if (this.#routes.size >= this.#lookAt) {
      this.#collapse();
      this.#lookAt = this.#routes.size + LOOK_EVERY;
    }
    const { responses } = this.#route(method.toUpperCase(), this.#segmentsOf(pathOf(url)));
    addResponse(responses, observation);
  }

  #segmentsOf(path: string): string[] {
    return templateSegments([...this.#given, ...this.#known].find((one) => matchesTemplate(one, path)) ?? path);
  }

  /** Counts an exchange that must not be learned from. */
  setAside(): void {
    this.#setAside++;
  }

  /** Remembers up to which exchange the gateway's recording was read, so that a later run does not count it again. */
  readTo(id: string): void {
    this.#recorded = id;
  }

  #route(method: string, segments: readonly string[]): Growing {
    const key = keyOf(method, segments);
    const route = this.#routes.get(key) ?? { method, segments, responses: new Map<string, LearnedResponse>() };
    this.#routes.set(key, route);
    return route;
  }

  /** Paths that differ in names which turned out to be data become one. */
  #collapse(): void {
    for (const routes of Map.groupBy(this.#routes.values(), ({ method }) => method).values()) {
      const changes = collapsed(routes.map(({ segments }) => segments));
      for (const { method, segments, responses } of routes) {
        const template = changes.get(segments);
        if (template === undefined) continue;
        this.#routes.delete(keyOf(method, segments));
        addResponses(this.#route(method, template).responses, responses);
        const path = this.#nameOf(template);
        if (!this.#known.includes(path)) this.#known.push(path);
      }
    }
  }

  /** All that is known now. */
  learned(): LearnedApi {
    this.#collapse();
    const routes = [...this.#routes.values()].map(({ method, segments, responses }) => ({
      method,
      path: this.#nameOf(segments),
      responses,
    }));
    return {
      vendor: this.#vendor,
      exchanges: this.#exchanges,
      setAside: this.#setAside,
      recorded: this.#recorded,
      routes: routes.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    };
  }

  #nameOf(segments: readonly string[]): string {
    const key = keyOf("", segments);
    return (
      [...this.#given, ...this.#known].find((path) => keyOf("", templateSegments(path)) === key) ??
      namedTemplate(segments)
    );
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
