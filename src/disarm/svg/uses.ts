import { RefusedFile } from "../disarmer.ts";

/** Copies that a drawing may make of its own elements; those of drawing programs make some hundreds. */
const MOST = 100_000;

/** Counts what elements that use each other would draw: ten levels of ten are ten thousand million. */
export class Uses {
  /** Ids of the open elements. */
  readonly #open: (string | undefined)[] = [];
  /** Ids that each element with an id uses, and, under the empty id, those that any uses. */
  readonly #uses = new Map<string, string[]>();

  open(id: string | undefined): void {
    this.#open.push(id);
  }

  close(): void {
    this.#open.pop();
  }

  use(href: string): void {
    const target = href.trim().replace(/^#/, "");
    for (const id of new Set(["", ...this.#open])) {
      if (id === undefined) continue;
      const uses = this.#uses.get(id) ?? [];
      uses.push(target);
      this.#uses.set(id, uses);
    }
  }

  /** Throws `RefusedFile` for a drawing that would never be drawn. */
  check(): void {
    if (this.#weight("", new Map(), new Set()) > MOST)
      throw new RefusedFile("limits", "uses", `its elements use each other more than ${MOST} times`);
  }

  /** How many copies an id stands for; one that uses itself is not drawn. */
  #weight(id: string, known: Map<string, number>, path: Set<string>): number {
    const former = known.get(id);
    if (former !== undefined) return former;
    if (path.has(id) || path.size > 1000) return 0;
    path.add(id);
    const weight = (this.#uses.get(id) ?? []).reduce((sum, used) => sum + 1 + this.#weight(used, known, path), 0);
    path.delete(id);
    known.set(id, weight);
    return weight;
  }
}
