/** Texts of which one derivation is kept at most: more than any rule sets have, so that what nobody asks for again goes some day. */
const MOST = 20_000;

const derivations: Derivation<unknown>[] = [];

/**
 * Something that takes long to find out about a text, and is the same each time. What was found out can be handed to another
 * process or thread, and is therefore plain data.
 */
export class Derivation<out T> {
  readonly name: string;
  #known = new Map<string, T>();
  /** Texts that were not known before. */
  #found = 0;

  constructor(name: string) {
    this.name = name;
    derivations.push(this);
  }

  /** What is known of a text, or else what `derive` makes of it. What that throws is not kept. */
  of(text: string, derive: () => T): T {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const found = derive();
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(text, found);
    this.#found += 1;
    return found;
  }

  get found(): number {
    return this.#found;
  }

  toJSON(): readonly (readonly [string, T])[] {
    return [...this.#known];
  }

  /** Takes over what `toJSON` gave elsewhere. */
  recall(json: string): void {
    this.#known = new Map<string, T>([...JSON.parse(json), ...this.#known]);
  }
}

/** All that was found out so far, by the names of derivations, each as JSON. */
export function allDerived(): Readonly<Record<string, string>> {
  return Object.fromEntries(derivations.map((one) => [one.name, JSON.stringify(one)]));
}

/** Takes over what `allDerived` gave elsewhere, of the same code: nothing is asked twice. Throws where it is not such. */
export function recallDerived(derived: Readonly<Record<string, string>>): void {
  for (const one of derivations) {
    const json = derived[one.name];
    if (json !== undefined) one.recall(json);
  }
}

/** How much was found out here, and not taken over. */
export function foundHere(): number {
  return derivations.reduce((sum, { found }) => sum + found, 0);
}
