import type { Ending } from "./piece-search.ts";
import type { Asked, RuleWay } from "./piece-table.ts";
import { WayList } from "./way-list.ts";

/** Notes which pieces one value after the other holds, and tells the ways whose pieces it holds all of. */
export class OpenWays {
  /** Who asks for each piece, in one row, in which those of a piece begin at `#askedFrom`. */
  readonly #askedFrom: Uint32Array;
  readonly #askingWays: Uint16Array;
  readonly #askingBits: Uint8Array;
  readonly #sought: Uint8Array;
  /** Ways that are open for every value. */
  readonly #always: readonly number[];
  /** The pieces of each way that the value in hand holds, as bits, and the ways that have some. */
  readonly #held: Uint8Array;
  readonly #touched: WayList;
  /** The value in which each piece was found last: most are found again and again. */
  readonly #lastFound: Float64Array;
  #value = 0;
  /** The ways that are open for the value in hand. */
  readonly list: WayList;

  /** `askers`: for each piece, who asks for it. */
  constructor(ways: readonly RuleWay[], askers: readonly (readonly Asked[])[]) {
    const asked = askers.flat();
    this.#askingWays = Uint16Array.from(asked, ({ way }) => way);
    this.#askingBits = Uint8Array.from(asked, ({ bit }) => bit);
    this.#askedFrom = new Uint32Array(askers.length + 1);
    for (const [piece, { length }] of askers.entries())
      this.#askedFrom[piece + 1] = (this.#askedFrom[piece] ?? 0) + length;
    this.#sought = Uint8Array.from(ways, ({ sought }) => sought);
    this.#always = [...ways.keys()].filter((way) => ways[way]?.sought === 0);
    this.#held = new Uint8Array(ways.length);
    this.#touched = new WayList(ways.length);
    this.#lastFound = new Float64Array(askers.length);
    this.list = new WayList(ways.length);
  }

  /** Takes another value in hand. */
  begin(): void {
    const touched = this.#touched;
    for (let i = 0; i < touched.length; i++) this.#held[touched.numbers[i] ?? 0] = 0;
    touched.length = 0;
    this.list.length = 0;
    this.#value++;
    for (const way of this.#always) this.list.add(way);
  }

  /** The value holds the pieces of an ending. */
  readonly found = (ending: Ending): void => {
    if (ending.seen === this.#value) return;
    ending.seen = this.#value;
    for (const piece of ending.pieces) {
      if (this.#lastFound[piece] === this.#value) continue;
      this.#lastFound[piece] = this.#value;
      const end = this.#askedFrom[piece + 1] ?? 0;
      for (let i = this.#askedFrom[piece] ?? 0; i < end; i++)
        this.#note(this.#askingWays[i] ?? 0, this.#askingBits[i] ?? 0);
    }
  };

  #note(way: number, bit: number): void {
    const before = this.#held[way] ?? 0;
    if ((before & bit) !== 0) return;
    if (before === 0) this.#touched.add(way);
    const held = before | bit;
    this.#held[way] = held;
    if (held === this.#sought[way]) this.list.add(way);
  }
}
