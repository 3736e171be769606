import type { ActiveRule } from "./active-rule.ts";
import { EDGE } from "./operators/operator.ts";
import { commonness } from "./rarity.ts";
import type { Asked } from "./ways.ts";
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
  readonly #asked = new Map<ActiveRule, Map<number, readonly Asked[]>>();

  /**
   * The number of a word as needs spell it, with `EDGE` marks. Once the search is built there are no new words: what is not
   * known is asked for by the rarest known word in it, and undefined where it has none.
   */
  number(spelling: string): number | undefined {
    const known = this.#numbers.get(spelling);
    if (known !== undefined) return known;
    if (this.#search !== undefined) return this.#knownWithin(spelling.replaceAll(EDGE, ""));
    const number = this.#words.length;
    this.#numbers.set(spelling, number);
    this.#words.push({
      text: spelling.replaceAll(EDGE, ""),
      before: spelling.startsWith(EDGE),
      after: spelling.endsWith(EDGE),
    });
    return number;
  }

  /** What a rule asks for in values of a sort: the same wherever the rule looks, and made once. */
  asked(rule: ActiveRule, sort: number, make: () => readonly Asked[]): readonly Asked[] {
    const bySort = this.#asked.get(rule) ?? new Map<number, readonly Asked[]>();
    this.#asked.set(rule, bySort);
    const asked = bySort.get(sort) ?? make();
    bySort.set(sort, asked);
    return asked;
  }

  #knownWithin(text: string): number | undefined {
    let best: number | undefined;
    for (const number of this.inText(text)) {
      const { text: word = "", before, after } = this.#words[number] ?? {};
      // An edge in the middle of the text may be none in the value, and the other way round.
      if (before !== true && after !== true && (best === undefined || commonness(word) < commonness(this.word(best))))
        best = number;
    }
    return best;
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

  /** How many words there are; none are added once there is a search. */
  get size(): number {
    return this.#words.length;
  }

  /** Whether a byte string may hold one of the words that are marked with 1 at their number. */
  holdsAny(text: string, wanted: Uint8Array): boolean {
    return this.#made().holdsAny(text, wanted);
  }

  #made(): WordSearch {
    this.#search ??= new WordSearch(this.#words.map(({ text }) => text));
    return this.#search;
  }
}
