import type { ScanResult } from "./engine.ts";

/** Milliseconds for which an answer holds: signatures are updated several times a day. */
const LIFE = 600_000;
const MOST = 10_000;

/** Answers by the digest of what was scanned, the least recently used going first. */
export class VerdictCache {
  readonly #now: () => number;
  readonly #entries = new Map<string, { readonly result: ScanResult; readonly until: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get(digest: string): ScanResult | undefined {
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    this.#entries.delete(digest);
    if (entry.until < this.#now()) return undefined;
    this.#entries.set(digest, entry);
    return entry.result;
  }

  set(digest: string, result: ScanResult): void {
    this.#entries.set(digest, { result, until: this.#now() + LIFE });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST && oldest !== undefined) this.#entries.delete(oldest);
  }

  clear(): void {
    this.#entries.clear();
  }
}
