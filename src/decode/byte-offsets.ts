import type { Span } from "../core/part.ts";

/** Turns offsets in UTF-16 code units into byte offsets of UTF-8: forward in one pass, since leaves come mostly in order. */
export class ByteOffsets {
  readonly #text: string;
  readonly #ascii: boolean;
  #unit = 0;
  #byte = 0;

  constructor(text: string) {
    this.#text = text;
    this.#ascii = Buffer.byteLength(text) === text.length;
  }

  span(start: number, end: number): Span {
    return { start: this.#at(start), end: this.#at(end) };
  }

  #at(unit: number): number {
    if (this.#ascii) return unit;
    this.#byte +=
      unit >= this.#unit
        ? Buffer.byteLength(this.#text.slice(this.#unit, unit))
        : -Buffer.byteLength(this.#text.slice(unit, this.#unit));
    this.#unit = unit;
    return this.#byte;
  }
}
