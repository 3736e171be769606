/** Bytes beyond which a text hardly ever comes again. */
const LONGEST = 32;
const SLOTS = 1 << 11;

/**
 * Short texts that no rule can match, whatever is around them, so that those which come again, as keys and many values do, are
 * compared and not searched. A text is kept from the second time it comes, and in the place of another with the same hash; so
 * that texts which never come again, as identifiers, drive out none.
 */
export class CleanTexts {
  readonly #texts = new Uint8Array(SLOTS * LONGEST);
  /** Bytes of the text in each slot; 0 where there is none. */
  readonly #lengths = new Uint8Array(SLOTS);
  /** Of the text that was noted last for each slot what its hash says beside the slot. */
  readonly #noted = new Uint16Array(SLOTS);

  /** What `has` and `add` know the bytes from `from` up to before `to` by; undefined where they are too many, or none. */
  hashOf(bytes: Uint8Array, from: number, to: number): number | undefined {
    if (from === to || to - from > LONGEST) return undefined;
    let hash = to - from;
    for (let at = from; at < to; at++) hash = Math.imul(hash, 31) + (bytes[at] ?? 0);
    // Texts that differ in their last characters alone would share their upper bits.
    hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
    return hash ^ (hash >>> 15);
  }

  /** Whether the text from `from` up to before `to`, with this hash, is known. */
  has(hash: number, bytes: Uint8Array, from: number, to: number): boolean {
    const slot = hash & (SLOTS - 1);
    if (this.#lengths[slot] !== to - from) return false;
    const texts = this.#texts;
    const start = slot * LONGEST - from;
    for (let at = from; at < to; at++) if (texts[start + at] !== bytes[at]) return false;
    return true;
  }

  /** Notes a text that no rule can match. */
  add(hash: number, bytes: Uint8Array, from: number, to: number): void {
    const slot = hash & (SLOTS - 1);
    // 0 is what no text was noted by.
    const rest = (hash >>> 16) | 1;
    if (this.#noted[slot] !== rest) {
      this.#noted[slot] = rest;
      return;
    }
    this.#texts.set(bytes.subarray(from, to), slot * LONGEST);
    this.#lengths[slot] = to - from;
  }
}
