import type { SchemaProblem } from "../schema-error.ts";
import { below, type Documents, type Place } from "./documents.ts";

/** References that lead to references. */
const HOPS = 20;

/** Reads what is declared, and says what is wrong with it. */
export class PlaceReader {
  readonly #documents: Documents;
  readonly #problem: (problem: SchemaProblem) => void;

  constructor(documents: Documents, problem: (problem: SchemaProblem) => void) {
    this.#documents = documents;
    this.#problem = problem;
  }

  /** The members of an object; none, and a problem, where it is none. */
  entries(at: Place | undefined, expected: string): [string, Place][] {
    if (at === undefined) return [];
    const { value } = at;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.say(at, expected, "it is left out");
      return [];
    }
    return Object.keys(value).map((name) => [name, below(at, name) ?? at]);
  }

  /** Whether there is an object; that there is none is said. */
  isObject(at: Place, what: string): boolean {
    const isOne = typeof at.value === "object" && at.value !== null && !Array.isArray(at.value);
    if (!isOne) this.say(at, `${what} is an object`, "nothing of it is checked");
    return isOne;
  }

  /** What is meant where a reference may stand; undefined, and a problem, where that leads nowhere. */
  resolved(at: Place): Place | undefined {
    let place = at;
    for (let hops = 0; hops < HOPS; hops++) {
      const reference = below(place, "$ref");
      if (reference === undefined || typeof reference.value !== "string") return place;
      const target = this.#documents.resolve(reference.value, reference);
      if (typeof target === "string") {
        this.say(reference, target, "it is left out");
        return undefined;
      }
      place = target;
    }
    this.say(at, "refers to itself", "it is left out");
    return undefined;
  }

  /** Reports a problem, and what a lenient import does about it. */
  say({ file, pointer }: Place, reason: string, repair: string): void {
    this.#problem({ file, pointer, reason, repair });
  }
}
