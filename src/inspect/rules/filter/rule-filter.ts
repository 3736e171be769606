import type { ActiveRule } from "../active-rule.ts";
import { BASE64_START } from "../transformations/base64-decode.ts";
import type { Transformation } from "../transformations/transformation.ts";
import { decodeBase64 } from "./decode-base64.ts";
import { NO_FORESIGHT, Rewriters } from "./foresight.ts";
import { PiecePlaces } from "./piece-places.ts";
import { type Asked, PieceTable, type RuleWay } from "./piece-table.ts";
import { type Ending, PieceSearch } from "./piece-search.ts";
import { DoubtBits } from "./doubt-bits.ts";
import { pipelineEffect } from "./pipeline.ts";
import { TYPICAL_VALUES } from "./typical-text.ts";
import { WayList } from "./way-list.ts";

/** Rules that look at the same form of a value. */
export interface Pipeline {
  readonly transformations: readonly Transformation[];
  /** Numbers of the rules. */
  readonly rules: readonly number[];
  /** Whether some rule looks at several forms (`multiMatch`). */
  readonly several: boolean;
  /** The bits of the doubts about it, and how many steps are done once each is over, in the order of the steps. */
  readonly doubts: number;
  readonly doubted: readonly { readonly bit: number; readonly done: number }[];
  /** Bytes that a value has at least that some rule can match. */
  readonly shortest: number;
}

/**
 * Tells for bytes the few rules whose first link could match them: of the others some piece that their patterns cannot match
 * without is missing. Rules have numbers here, in the order in which they were given.
 */
export class RuleFilter {
  readonly rules: readonly ActiveRule[];
  readonly pipelines: readonly Pipeline[];
  readonly #pieces: PiecePlaces;
  readonly #search: PieceSearch;
  /** For each piece, who asks for it; and the same in one row, where a piece's begin at `#askedFrom`. */
  readonly #askers: readonly (readonly Asked[])[];
  readonly #askedFrom: Uint32Array;
  readonly #askingWays: Uint16Array;
  readonly #askingBits: Uint8Array;
  /** The bit of the doubt about Base64, which every other word may be; 0 where nothing is decoded. */
  readonly base64: number;
  /** The bits of what is notable in itself. */
  readonly notable: number;
  /** Every way in which a rule can match, by number. */
  readonly ways: readonly RuleWay[];
  /** Ways that are open for every value. */
  readonly #always: readonly number[];
  readonly #sought: Uint8Array;
  /** The pieces of each way that the bytes in hand hold, as bits, and the ways that have some. */
  readonly #held: Uint8Array;
  /** Holds values while they are read: most are short. */
  readonly #scratch = Buffer.alloc(1 << 14);
  readonly #decoded = Buffer.alloc(1 << 14);
  readonly #touched: WayList;
  readonly #open: WayList;
  /** The last call of `open` in which each piece was found: most are found again and again. */
  readonly #lastFound: Float64Array;
  #call = 0;
  readonly #found = (ending: Ending): void => {
    if (ending.seen === this.#call) return;
    ending.seen = this.#call;
    for (const piece of ending.pieces) {
      if (this.#lastFound[piece] === this.#call) continue;
      this.#lastFound[piece] = this.#call;
      const end = this.#askedFrom[piece + 1] ?? 0;
      for (let i = this.#askedFrom[piece] ?? 0; i < end; i++)
        this.#note(this.#askingWays[i] ?? 0, this.#askingBits[i] ?? 0);
    }
  };

  /** `notable` are patterns of which values are told as if they were doubts about every pipeline. */
  constructor(rules: readonly ActiveRule[], notable: readonly RegExp[] = []) {
    this.rules = rules;
    const pieces = new PieceTable();
    const rewriters = new Rewriters();
    const bits = new DoubtBits(pieces);
    const groups = Map.groupBy(rules.keys(), (rule) =>
      chainOf(rules[rule])
        .map(({ name }) => name)
        .join(" "),
    );
    this.notable = notable.reduce((all, one) => all | bits.bitOf(one, rewriters.rewriterFor(NO_FORESIGHT)), 0);
    const pipelines = [...groups.values()].map((numbers) => {
      const transformations = chainOf(rules[numbers[0] ?? 0]);
      const effect = pipelineEffect(transformations);
      const rewriter = rewriters.rewriterFor(effect.foresight);
      for (const number of numbers) pieces.addRule(needOf(rules[number]), number, rewriter);
      const doubted = effect.doubts.map(({ doubt, before, done }) => ({
        bit: bits.bitOf(doubt, rewriters.rewriterFor(before)),
        done,
      }));
      return {
        transformations,
        rules: numbers,
        growth: effect.growth,
        several: numbers.some((number) => rules[number]?.rule.links[0].multiMatch),
        doubted,
        doubts: doubted.reduce((all, { bit }) => all | bit, 0),
      };
    });
    this.base64 = bits.ownBitOf(BASE64_START, rewriters.rewriterFor(NO_FORESIGHT));
    this.#askers = pieces.askers;
    const asked = pieces.askers.flat();
    this.#askingWays = Uint16Array.from(asked, ({ way }) => way);
    this.#askingBits = Uint8Array.from(asked, ({ bit }) => bit);
    this.#askedFrom = new Uint32Array(pieces.askers.length + 1);
    for (const [piece, { length }] of pieces.askers.entries())
      this.#askedFrom[piece + 1] = (this.#askedFrom[piece] ?? 0) + length;
    this.#lastFound = new Float64Array(pieces.askers.length);
    this.#pieces = new PiecePlaces(pieces.programs);
    this.#search = new PieceSearch(this.#pieces);
    const shortest = this.#shortestOf(pieces.ways.length);
    this.pipelines = pipelines.map((pipeline) => {
      const own = shortest.filter((_, way) => pipeline.rules.includes(pieces.ways[way]?.rule ?? -1));
      return { ...pipeline, shortest: Math.min(...own) / pipeline.growth };
    });
    this.ways = pieces.ways.map((way, i) => {
      const doubted = this.pipelines.filter(({ doubts }) => (doubts & way.doubt) !== 0);
      const ofDoubt = doubted.length === 0 ? 0 : Math.min(...doubted.map((pipeline) => pipeline.shortest));
      return { ...way, shortest: Math.max(ofDoubt, shortest[i] ?? 0) };
    });
    this.#always = [...this.ways.keys()].filter((way) => this.ways[way]?.sought === 0);
    this.#sought = Uint8Array.from(this.ways, ({ sought }) => sought);
    this.#held = new Uint8Array(this.ways.length);
    this.#touched = new WayList(this.ways.length);
    this.#open = new WayList(this.ways.length);
  }

  /**
   * The ways, by number, that are open for the bytes from `from` up to before `to`, taken as a value that comes out of all
   * transformations as foreseen, or has come out of them. The list is good until the next call.
   */
  open(bytes: Uint8Array, from: number, to: number): WayList {
    const touched = this.#touched;
    for (let i = 0; i < touched.length; i++) this.#held[touched.numbers[i] ?? 0] = 0;
    touched.length = 0;
    this.#open.length = 0;
    this.#call++;
    for (const way of this.#always) this.#open.add(way);
    this.#search.scan(bytes, from, to, this.#found);
    return this.#open;
  }

  /** A byte string's bytes, which may be overwritten by the next call. */
  bytesOf(value: string): Uint8Array {
    if (value.length > this.#scratch.length) return Buffer.from(value, "latin1");
    this.#scratch.write(value, "latin1");
    return this.#scratch;
  }

  /** As `open`, for a byte string. */
  openIn(value: string): WayList {
    return this.open(this.bytesOf(value), 0, value.length);
  }

  /** Builds the states that most values need, which is otherwise done when they come. */
  ready(): void {
    for (const value of TYPICAL_VALUES) this.openIn(value);
  }

  /** As `open`, for what Base64 stands for. */
  openDecoded(base64: Uint8Array, from: number, to: number): WayList {
    const decoded = to - from > this.#decoded.length ? Buffer.alloc(to - from) : this.#decoded;
    return this.open(decoded, 0, decodeBase64(base64, from, to, decoded));
  }

  /** Bytes that the pieces of each way take at least. */
  #shortestOf(ways: number): readonly number[] {
    const shortest = Array<number>(ways).fill(0);
    for (const [piece, askers] of this.#askers.entries()) {
      const bytes = this.#pieces.shortest(piece);
      for (const { way } of askers) shortest[way] = Math.max(shortest[way] ?? 0, bytes);
    }
    return shortest;
  }

  /** Marks with 1 the ways that are possible in a value that holds no other classes of characters than these. */
  possible(classes: number): Uint8Array {
    const held = new Uint8Array(this.ways.length);
    for (const piece of this.#pieces.possible(classes))
      for (const { way, bit } of this.#askers[piece] ?? []) held[way] = (held[way] ?? 0) | bit;
    return held.map((bits, way) => (bits === this.ways[way]?.all ? 1 : 0));
  }

  #note(way: number, bit: number): void {
    const before = this.#held[way] ?? 0;
    if ((before & bit) !== 0) return;
    if (before === 0) this.#touched.add(way);
    const held = before | bit;
    this.#held[way] = held;
    if (held === this.#sought[way]) this.#open.add(way);
  }
}

function chainOf(active: ActiveRule | undefined): readonly Transformation[] {
  return active?.rule.links[0].transformations ?? [];
}

/** What a rule's first link needs; undefined where that is nothing, or not settled before there is an exchange. */
function needOf(active: ActiveRule | undefined): RegExp | undefined {
  const operator = active?.rule.links[0].operator;
  return operator === undefined || operator.negated ? undefined : operator.constant?.need;
}
