import type { ForesightRewriter } from "./foresight.ts";
import type { PieceTable } from "./piece-table.ts";
import type { Doubt } from "./pipeline.ts";

/** Doubts that are told apart: as many as there are bits. Any more are taken together. */
const MOST_DOUBTS = 31;

/** Gives each doubt, after what was foreseen by then, a bit of its own. */
export class DoubtBits {
  readonly #bits = new Map<ForesightRewriter, Map<string, number>>();
  readonly #pieces: PieceTable;
  #count = 0;

  constructor(pieces: PieceTable) {
    this.#pieces = pieces;
  }

  /** The bit of a doubt, which is looked for from now on. */
  bitOf(doubt: Doubt, rewriter: ForesightRewriter): number {
    const bits = this.#bits.get(rewriter) ?? new Map<string, number>();
    this.#bits.set(rewriter, bits);
    const known = bits.get(String(doubt));
    if (known !== undefined) return known;
    const bit = 1 << Math.min(this.#count++, MOST_DOUBTS - 1);
    bits.set(String(doubt), bit);
    this.#pieces.addDoubt(doubt, bit, rewriter);
    return bit;
  }

  /** The bit that a doubt has to itself; 0 where it has none. */
  ownBitOf(doubt: Doubt, rewriter: ForesightRewriter): number {
    const bit = this.#bits.get(rewriter)?.get(String(doubt)) ?? 0;
    return bit === 1 << (MOST_DOUBTS - 1) ? 0 : bit;
  }
}
