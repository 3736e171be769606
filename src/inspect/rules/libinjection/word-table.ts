import { asciiUpper } from "./bytes.ts";

/** A part of a byte string. */
export interface Span {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const SPACE = 0x20;

/**
 * Words in upper case, each with a small number, found in a part of a byte string without regard to ASCII case. An open hash
 * table over character codes: a look-up copies nothing and allocates nothing.
 */
export class WordTable {
  readonly #words: readonly string[];
  readonly #values: Uint8Array;
  /** Index of a word plus one, or zero. */
  readonly #slots: Uint16Array;
  /** 1 for the hash of whatever a phrase can go on from. */
  readonly #heads: Uint8Array;
  readonly #longest: number;

  constructor(entries: readonly (readonly [word: string, value: number])[]) {
    this.#words = entries.map(([word]) => word);
    this.#values = Uint8Array.from(entries, ([, value]) => value);
    this.#longest = Math.max(...this.#words.map(({ length }) => length));
    this.#slots = new Uint16Array(4 << Math.ceil(Math.log2(entries.length)));
    this.#heads = new Uint8Array(this.#slots.length);
    for (const [i, word] of this.#words.entries()) {
      let slot = hash(0, word, 0, word.length) & (this.#slots.length - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = i + 1;
      this.#addHeads(word);
    }
  }

  #addHeads(word: string): void {
    for (let space = word.indexOf(" "); space >= 0; space = word.indexOf(" ", space + 1))
      this.#heads[hash(0, word, 0, space) & (this.#heads.length - 1)] = 1;
  }

  /** The number of the word that the part is, or 0. */
  valueOf(text: string, from: number, to: number): number {
    if (to - from > this.#longest) return 0;
    const last = this.#slots.length - 1;
    for (let slot = hash(0, text, from, to) & last; ; slot = (slot + 1) & last) {
      const index = (this.#slots[slot] ?? 0) - 1;
      if (index < 0) return 0;
      const word = this.#words[index] ?? "";
      if (word.length === to - from && equals(word, 0, text, from, to)) return this.#values[index] ?? 0;
    }
  }

  /** Whether a phrase may go on from a part. */
  mayBeginPhrase({ text, from, to }: Span): boolean {
    return this.#heads[hash(0, text, from, to) & (this.#heads.length - 1)] === 1;
  }

  /** The word that two parts with a space between them are, and its number. */
  phrase(a: Span, b: Span): readonly [word: string, value: number] | undefined {
    const first = a.to - a.from;
    const length = first + 1 + b.to - b.from;
    if (length > this.#longest) return undefined;
    const head = hash(0, a.text, a.from, a.to);
    const last = this.#slots.length - 1;
    if (this.#heads[head & last] === 0) return undefined;
    for (let slot = hash(withSpace(head), b.text, b.from, b.to) & last; ; slot = (slot + 1) & last) {
      const index = (this.#slots[slot] ?? 0) - 1;
      if (index < 0) return undefined;
      const word = this.#words[index] ?? "";
      if (word.length !== length || word.charCodeAt(first) !== SPACE) continue;
      if (!equals(word, 0, a.text, a.from, a.to) || !equals(word, first + 1, b.text, b.from, b.to)) continue;
      return [word, this.#values[index] ?? 0];
    }
  }
}

function withSpace(code: number): number {
  return Math.imul(code, 31) + SPACE;
}

function hash(seed: number, text: string, from: number, to: number): number {
  let code = seed;
  for (let i = from; i < to; i++) code = (Math.imul(code, 31) + asciiUpper(text.charCodeAt(i))) | 0;
  return code;
}

function equals(word: string, at: number, text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    if (word.charCodeAt(at + i - from) !== asciiUpper(text.charCodeAt(i))) return false;
  }
  return true;
}
