/** Milliseconds for which an answer holds: signatures are updated several times a day. */
const LIFE = 600_000;
const MOST = 10_000;

/** Answers by the digest of what was scanned, the least recently used going first. */
export class VerdictCache<Answer> {
  readonly #now: () => number;
  readonly #entries = new Map<string, { readonly answer: Answer; readonly until: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get(digest: string): Answer | undefined {
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    this.#entries.delete(digest);
    if (entry.until < this.#now()) return undefined;
    this.#entries.set(digest, entry);
    return entry.answer;
  }

  set(digest: string, answer: Answer): void {
    this.#entries.set(digest, { answer, until: this.#now() + LIFE });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST && oldest !== undefined) this.#entries.delete(oldest);
  }

  clear(): void {
    this.#entries.clear();
  }
}
