/** Bytes beyond which a text is hardly ever there twice. */
const LONGEST = 32;
const SLOTS = 1 << 10;

/**
 * Where short texts stand in some bytes that no rule matched, so that those which come again, as keys and many values do, are
 * compared and not searched. A text takes the place of another with the same hash.
 */
export class CleanTexts {
  readonly #bytes: Uint8Array;
  /** For each hash where a text begins, and where it ends; 0 where there is none. */
  readonly #starts = new Uint32Array(SLOTS);
  readonly #ends = new Uint32Array(SLOTS);

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether the text from `from` up to before `to` was noted. */
  has(from: number, to: number): boolean {
    if (from === to || to - from > LONGEST) return false;
    const slot = this.#slotOf(from, to);
    const start = this.#starts[slot] ?? 0;
    if ((this.#ends[slot] ?? 0) - start !== to - from) return false;
    for (let i = 0; i < to - from; i++) if (this.#bytes[start + i] !== this.#bytes[from + i]) return false;
    return true;
  }

  /** Notes a text that no rule matched. */
  add(from: number, to: number): void {
    if (to - from > LONGEST) return;
    const slot = this.#slotOf(from, to);
    this.#starts[slot] = from;
    this.#ends[slot] = to;
  }

  #slotOf(from: number, to: number): number {
    let hash = to - from;
    for (let at = from; at < to; at++) hash = Math.imul(hash, 31) + (this.#bytes[at] ?? 0);
    return (hash ^ (hash >>> 11)) & (SLOTS - 1);
  }
}
