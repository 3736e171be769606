/** Positions a page holds. */
const PAGE = 1024;
const WORDS = PAGE / 32;

/** Pairs of an instruction and a position, in pages that are made where they are needed. */
export class Visited {
  readonly #pages = new Map<number, Uint32Array>();
  readonly #rows: number;
  #last: Uint32Array = new Uint32Array(0);
  #lastNumber = -1;

  /** `rows` is how many instructions there are. */
  constructor(rows: number) {
    this.#rows = rows;
  }

  /** Adds a pair; false where it was in already. */
  add(row: number, position: number): boolean {
    const page = this.#page(Math.floor(position / PAGE));
    const offset = position % PAGE;
    const word = row * WORDS + (offset >> 5);
    const bits = page[word] ?? 0;
    const bit = 1 << (offset & 31);
    if ((bits & bit) !== 0) return false;
    page[word] = bits | bit;
    return true;
  }

  #page(number: number): Uint32Array {
    if (number === this.#lastNumber) return this.#last;
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = new Uint32Array(this.#rows * WORDS);
      this.#pages.set(number, page);
    }
    this.#last = page;
    this.#lastNumber = number;
    return page;
  }
}
