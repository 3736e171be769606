/** Words found in bytes: which, and where each ends. */
export class WordHits {
  words = new Int32Array(256);
  ends = new Int32Array(256);
  length = 0;

  add(word: number, end: number): void {
    if (this.length === this.words.length) this.#grow();
    this.words[this.length] = word;
    this.ends[this.length] = end;
    this.length++;
  }

  #grow(): void {
    const { words, ends } = this;
    this.words = new Int32Array(words.length * 2);
    this.ends = new Int32Array(ends.length * 2);
    this.words.set(words);
    this.ends.set(ends);
  }
}

/**
 * Finds which of many words stand in a text in one pass, without case of ASCII letters (the algorithm of Aho and Corasick,
 * as a table of states by characters). Its time is linear in the text whatever the words are.
 */
export class WordSearch {
  /** Symbol of each byte; 0 for those that are in no word. */
  readonly #symbols = new Uint8Array(256);
  readonly #width: number;
  /** Next state times the width, by state and symbol; negative where a word ends. */
  readonly #next: Int32Array;
  /** The words that end in a state, by number. */
  readonly #ends: readonly (readonly number[] | undefined)[];
  readonly #lengths: readonly number[];

  /** `words` are byte strings in lower case, none of them empty; they go by their index. */
  constructor(words: readonly string[]) {
    const alphabet = [...new Set(words.join(""))];
    for (const [index, character] of alphabet.entries()) {
      this.#symbols[character.charCodeAt(0)] = index + 1;
      if (character >= "a" && character <= "z") this.#symbols[character.charCodeAt(0) - 32] = index + 1;
    }
    this.#width = alphabet.length + 1;
    this.#lengths = words.map(({ length }) => length);
    const { next, ends } = buildTable(words, this.#symbols, this.#width);
    this.#next = next;
    this.#ends = ends;
  }

  /** Adds every word in a range of bytes to `hits`, in the order of their ends. */
  scan(bytes: Uint8Array, start: number, end: number, hits: WordHits): void {
    const next = this.#next;
    const symbols = this.#symbols;
    let state = 0;
    for (let i = start; i < end; i++) {
      state = next[state + (symbols[bytes[i] ?? 0] ?? 0)] ?? 0;
      if (state >= 0) continue;
      state = -state;
      for (const word of this.#ends[state / this.#width] ?? []) hits.add(word, i + 1);
    }
  }

  /** Adds the numbers of all words in a byte string to `into`, each as often as it is there. */
  collect(text: string, into: number[]): void {
    const next = this.#next;
    const symbols = this.#symbols;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = next[state + (symbols[text.charCodeAt(i)] ?? 0)] ?? 0;
      if (state >= 0) continue;
      state = -state;
      for (const word of this.#ends[state / this.#width] ?? []) into.push(word);
    }
  }

  /** The first word that ends in a byte string, as it stands there; undefined where there is none. */
  first(text: string): string | undefined {
    const next = this.#next;
    const symbols = this.#symbols;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = next[state + (symbols[text.charCodeAt(i)] ?? 0)] ?? 0;
      if (state >= 0) continue;
      const [word = 0] = this.#ends[-state / this.#width] ?? [];
      return text.slice(i + 1 - (this.#lengths[word] ?? 0), i + 1);
    }
    return undefined;
  }
}

interface Table {
  readonly next: Int32Array;
  readonly ends: readonly (readonly number[] | undefined)[];
}

function buildTable(words: readonly string[], symbols: Uint8Array, width: number): Table {
  const states = 1 + words.reduce((sum, { length }) => sum + length, 0);
  const next = new Int32Array(states * width);
  const ends: (readonly number[] | undefined)[] = [undefined];
  let count = 1;
  for (const [number, word] of words.entries()) {
    let state = 0;
    for (let i = 0; i < word.length; i++) {
      const at = state * width + (symbols[word.charCodeAt(i)] ?? 0);
      if (next[at] === 0) next[at] = count++;
      state = next[at] ?? 0;
    }
    ends[state] = [...(ends[state] ?? []), number];
  }
  linkFailures(next, ends, width);
  for (let at = 0; at < count * width; at++) {
    const target = next[at] ?? 0;
    next[at] = ends[target] === undefined ? target * width : -target * width;
  }
  return { next: next.slice(0, count * width), ends };
}

/** Gives every state its step for every symbol: where a word breaks off, the longest one that its end begins. */
function linkFailures(next: Int32Array, ends: (readonly number[] | undefined)[], width: number): void {
  const failure: number[] = [0];
  const queue: number[] = [];
  for (let symbol = 1; symbol < width; symbol++) {
    const child = next[symbol] ?? 0;
    if (child !== 0) queue.push(child);
    failure[child] = 0;
  }
  for (const state of queue) {
    const fallback = failure[state] ?? 0;
    const inherited = ends[fallback];
    if (inherited !== undefined) ends[state] = [...(ends[state] ?? []), ...inherited];
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
