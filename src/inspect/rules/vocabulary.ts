import { EDGE } from "./operators/operator.ts";
import { WordSearch } from "./word-search.ts";

/** A word and on which of its sides no letter, digit or underscore may stand. */
interface Word {
  readonly text: string;
  readonly before: boolean;
  readonly after: boolean;
}

const isWordByte = Uint8Array.from({ length: 256 }, (_, byte) => (/\w/.test(String.fromCharCode(byte)) ? 1 : 0));

/** The words of all rules, each with a number, and one search for them all. */
export class Vocabulary {
  readonly #numbers = new Map<string, number>();
  readonly #words: Word[] = [];
  #search: WordSearch | undefined;

  /** The number of a word as needs spell it, with `EDGE` marks; undefined where it is new and the search is built. */
  number(spelling: string): number | undefined {
    const known = this.#numbers.get(spelling);
    if (known !== undefined || this.#search !== undefined) return known;
    const number = this.#words.length;
    this.#numbers.set(spelling, number);
    this.#words.push({
      text: spelling.replaceAll(EDGE, ""),
      before: spelling.startsWith(EDGE),
      after: spelling.endsWith(EDGE),
    });
    return number;
  }

  /** The spelling of a word. */
  word(number: number): string {
    return this.#words[number]?.text ?? "";
  }

  /** The numbers of the words that stand in a byte string, each once. */
  inText(text: string): number[] {
    const found: number[] = [];
    this.#made().scanText(text, (number, end) => {
      const word = this.#words[number];
      if (word === undefined || found.includes(number)) return;
      const start = end - word.text.length;
      if (word.before && start > 0 && isWordByte[text.charCodeAt(start - 1)] === 1) return;
      if (word.after && end < text.length && isWordByte[text.charCodeAt(end)] === 1) return;
      found.push(number);
    });
    return found;
  }

  /** The numbers of the words that stand in a range of bytes, each once. */
  inBytes(bytes: Uint8Array, from: number, to: number): number[] {
    const found: number[] = [];
    this.#made().scan(bytes, from, to, (number, end) => {
      const word = this.#words[number];
      if (word === undefined || found.includes(number)) return;
      const start = end - word.text.length;
      if (word.before && start > from && isWordByte[bytes[start - 1] ?? 0] === 1) return;
      if (word.after && end < to && isWordByte[bytes[end] ?? 0] === 1) return;
      found.push(number);
    });
    return found;
  }

  #made(): WordSearch {
    this.#search ??= new WordSearch(this.#words.map(({ text }) => text));
    return this.#search;
  }
}
