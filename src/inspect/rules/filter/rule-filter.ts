import type { ActiveRule } from "../active-rule.ts";
import { BASE64_START } from "../transformations/base64-decode.ts";
import type { Transformation } from "../transformations/transformation.ts";
import { decodeBase64 } from "./decode-base64.ts";
import { NO_FORESIGHT, Rewriters } from "./foresight.ts";
import { OpenWays } from "./open-ways.ts";
import { PiecePlaces, type PieceProgram } from "./piece-places.ts";
import { type Asked, PieceTable, type RuleWay } from "./piece-table.ts";
import { PieceSearch } from "./piece-search.ts";
import { DoubtBits } from "./doubt-bits.ts";
import { pipelineEffect } from "./pipeline.ts";
import { TYPICAL_VALUES } from "./typical-text.ts";
import type { WayList } from "./way-list.ts";

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
  /** For what Base64 stands for: only what is asked of that, since the states for bytes at random would be without number. */
  readonly #decodedSearch: PieceSearch;
  /** For each piece, who asks for it. */
  readonly #askers: readonly (readonly Asked[])[];
  readonly #open: OpenWays;
  /** The bit of the doubt about Base64, which every other word may be; 0 where nothing is decoded. */
  readonly base64: number;
  /** Marks with 1 the ways of what decodes Base64, and of what is in doubt about that otherwise. */
  readonly afterBase64: Uint8Array;
  /** The bits of what is notable in itself. */
  readonly notable: number;
  /** Every way in which a rule can match, by number. */
  readonly ways: readonly RuleWay[];
  /** Holds values while they are read: most are short. */
  readonly #scratch = Buffer.alloc(1 << 14);
  readonly #decoded = Buffer.alloc(1 << 14);

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
    this.afterBase64 = this.#waysAfterBase64();
    this.#decodedSearch = new PieceSearch(new PiecePlaces(this.#soughtInDecoded(pieces.programs)));
    this.#open = new OpenWays(this.ways, pieces.askers);
  }

  /**
   * The ways, by number, that are open for the bytes from `from` up to before `to`, taken as a value that comes out of all
   * transformations as foreseen, or has come out of them. The list is good until the next call.
   */
  open(bytes: Uint8Array, from: number, to: number): WayList {
    return this.#openBy(this.#search, bytes, from, to);
  }

  #openBy(search: PieceSearch, bytes: Uint8Array, from: number, to: number): WayList {
    this.#open.begin();
    search.scan(bytes, from, to, this.#open.found);
    return this.#open.list;
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
    return this.#openBy(this.#decodedSearch, decoded, 0, decodeBase64(base64, from, to, decoded));
  }

  /** Marks with 1 the ways of rules that decode Base64, and of what is in doubt about them otherwise. */
  #waysAfterBase64(): Uint8Array {
    const decoding = this.pipelines.filter(({ doubts }) => (doubts & this.base64) !== 0);
    const rules = new Set(decoding.flatMap((pipeline) => pipeline.rules));
    const doubted = decoding.reduce((bits, { doubts }) => bits | doubts, 0) & ~this.base64;
    return Uint8Array.from(this.ways, ({ rule, doubt }) => (rules.has(rule) || (doubt & doubted) !== 0 ? 1 : 0));
  }

  /** The same pieces, sought only where ways behind Base64 ask for them. */
  #soughtInDecoded(programs: readonly PieceProgram[]): PieceProgram[] {
    return programs.map((program, piece) => ({
      ...program,
      isSought: program.isSought && (this.#askers[piece] ?? []).some(({ way }) => this.afterBase64[way] === 1),
    }));
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
}

function chainOf(active: ActiveRule | undefined): readonly Transformation[] {
  return active?.rule.links[0].transformations ?? [];
}

/** What a rule's first link needs; undefined where that is nothing, or not settled before there is an exchange. */
function needOf(active: ActiveRule | undefined): RegExp | undefined {
  const operator = active?.rule.links[0].operator;
  return operator === undefined || operator.negated ? undefined : operator.constant?.need;
}
