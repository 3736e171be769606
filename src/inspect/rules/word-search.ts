/**
 * Finds which of many words stand in a text in one pass, without case (the algorithm of Aho and Corasick, as a table of
 * states by characters). Its time is linear in the text whatever the words are. Texts and words are byte strings; a word's
 * id is its place in the list.
 */
export class WordSearch {
  /** Symbol of each byte; 0 for those that are in no word. */
  readonly #symbols = new Uint8Array(256);
  readonly #width: number;
  /** Next state times the width, by state and symbol; negative where words end in that state. */
  readonly #next: Int32Array;
  /** Where the words that end in a state begin in the list of ids; the state after it says where they end. */
  readonly #from: Uint32Array;
  readonly #ids: Uint32Array;

  /** `words` have no capital ASCII letters, and none is empty. */
  constructor(words: readonly string[]) {
    const alphabet = [...new Set(words.join(""))];
    for (const [index, character] of alphabet.entries()) {
      const code = character.charCodeAt(0);
      this.#symbols[code] = index + 1;
      if (character >= "a" && character <= "z") this.#symbols[code - 0x20] = index + 1;
    }
    this.#width = alphabet.length + 1;
    const { next, ends } = buildTable(words, this.#symbols, this.#width);
    this.#next = next;
    this.#ids = Uint32Array.from(ends.flat());
    this.#from = new Uint32Array(ends.length + 1);
    for (const [state, ids] of ends.entries()) this.#from[state + 1] = (this.#from[state] ?? 0) + ids.length;
  }

  /** The word that ends first, of several the longest, and where it ends; undefined where the text holds none. */
  find(text: string): FoundWord | undefined {
    const next = this.#next;
    const symbols = this.#symbols;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = next[state + (symbols[text.charCodeAt(i)] ?? 0)] ?? 0;
      if (state < 0) return { id: this.#ids[this.#from[-state / this.#width] ?? 0] ?? 0, end: i + 1 };
    }
    return undefined;
  }

  /** Calls back for every place in a text where a word ends, in order; of words that end together, the longest first. */
  scanText(text: string, found: (id: number, end: number) => void): void {
    const next = this.#next;
    const symbols = this.#symbols;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = next[state + (symbols[text.charCodeAt(i)] ?? 0)] ?? 0;
      if (state >= 0) continue;
      state = -state;
      const at = state / this.#width;
      for (let k = this.#from[at] ?? 0; k < (this.#from[at + 1] ?? 0); k++) found(this.#ids[k] ?? 0, i + 1);
    }
  }

  /**
   * Whether a text may hold a word of those marked in `wanted` by their id: a loop that does nothing else, since most texts
   * hold none.
   */
  holdsAny(text: string, wanted: Uint8Array): boolean {
    const next = this.#next;
    const symbols = this.#symbols;
    const from = this.#from;
    const ids = this.#ids;
    const width = this.#width;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = next[state + (symbols[text.charCodeAt(i)] ?? 0)] ?? 0;
      if (state >= 0) continue;
      state = -state;
      const at = state / width;
      for (let k = from[at] ?? 0; k < (from[at + 1] ?? 0); k++) if (wanted[ids[k] ?? 0] === 1) return true;
    }
    return false;
  }

  /** As `scanText`, in a range of bytes; ends are offsets into all of them. */
  scan(bytes: Uint8Array, start: number, end: number, found: (id: number, end: number) => void): void {
    const next = this.#next;
    const symbols = this.#symbols;
    let state = 0;
    for (let i = start; i < end; i++) {
      state = next[state + (symbols[bytes[i] ?? 0] ?? 0)] ?? 0;
      if (state >= 0) continue;
      state = -state;
      const at = state / this.#width;
      for (let k = this.#from[at] ?? 0; k < (this.#from[at + 1] ?? 0); k++) found(this.#ids[k] ?? 0, i + 1);
    }
  }
}

/** A word of a search, by its place in the list, and the offset after its last byte. */
export interface FoundWord {
  readonly id: number;
  readonly end: number;
}

interface Table {
  readonly next: Int32Array;
  /** The ids of the words that end in each state, the longest first. */
  readonly ends: readonly (readonly number[])[];
}

function buildTable(words: readonly string[], symbols: Uint8Array, width: number): Table {
  const states = 1 + words.reduce((sum, { length }) => sum + length, 0);
  const next = new Int32Array(states * width);
  const ends: number[][] = [[]];
  for (const [id, word] of words.entries()) {
    let state = 0;
    for (let i = 0; i < word.length; i++) {
      const at = state * width + (symbols[word.charCodeAt(i)] ?? 0);
      if (next[at] === 0) {
        next[at] = ends.length;
        ends.push([]);
      }
      state = next[at] ?? 0;
    }
    ends[state]?.push(id);
  }
  const table = next.slice(0, ends.length * width);
  linkFailures(table, ends, width);
  for (let at = 0; at < table.length; at++) {
    const target = table[at] ?? 0;
    table[at] = ends[target]?.length === 0 ? target * width : -target * width;
  }
  return { next: table, ends };
}

/** Gives every state its step for every symbol: where a word breaks off, the longest one that its end begins. */
function linkFailures(next: Int32Array, ends: number[][], width: number): void {
  const failure = new Int32Array(ends.length);
  const queue: number[] = [];
  for (let symbol = 1; symbol < width; symbol++) {
    const child = next[symbol] ?? 0;
    if (child !== 0) queue.push(child);
  }
  for (const state of queue) {
    const fallback = failure[state] ?? 0;
    ends[state]?.push(...(ends[fallback] ?? []));
    for (let symbol = 1; symbol < width; symbol++) {
      const at = state * width + symbol;
      const child = next[at] ?? 0;
      const other = next[fallback * width + symbol] ?? 0;
      if (child === 0) next[at] = other;
      else {
        failure[child] = other;
        queue.push(child);
      }
    }
  }
}
