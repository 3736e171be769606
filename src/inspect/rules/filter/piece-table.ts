import { PatternCompiler } from "../linear/compile-program.ts";
import { syntaxTree } from "../linear/syntax.ts";
import { NEVER } from "../operators/operator.ts";
import type { ForesightRewriter } from "./foresight.ts";
import type { PieceProgram } from "./piece-places.ts";
import type { Doubt } from "./pipeline.ts";
import { requiredPieces, type Way } from "./required-pieces.ts";

/** That a way in which a rule can match asks for a piece: one bit of all that it asks for. */
export interface Asked {
  readonly way: number;
  readonly bit: number;
}

/** A way in which a rule can match, or in which a value can come out otherwise than foreseen. */
export interface RuleWay {
  /** The rule's number; -1 where it is a doubt. */
  readonly rule: number;
  /** The doubt's bit; 0 where it is a rule's. */
  readonly doubt: number;
  /** The bits of the pieces that are sought, and of all. */
  readonly sought: number;
  readonly all: number;
  /** Bytes that a value has at least in which it is open and makes a difference. */
  readonly shortest: number;
}

const NOTHING_NEEDED: Way = { telling: [], others: [] };

/** The pieces that rules ask for, each once, and the ways that ask for them. */
export class PieceTable {
  readonly programs: PieceProgram[] = [];
  readonly askers: Asked[][] = [];
  readonly ways: Omit<RuleWay, "shortest">[] = [];
  readonly #numbers = new Map<ForesightRewriter, Map<string, number>>();

  /** Adds the ways in which a rule can match. */
  addRule(need: RegExp | undefined, rule: number, rewriter: ForesightRewriter): void {
    if (need === NEVER) return;
    const ways = need === undefined ? [NOTHING_NEEDED] : requiredPieces(need);
    for (const { telling, others } of ways)
      this.#add(
        { rule, doubt: 0 },
        telling.map(({ source }) => this.#piece(source, need?.flags ?? "", rewriter, true)),
        others.map(({ source }) => this.#piece(source, need?.flags ?? "", rewriter, false)),
      );
  }

  /** Adds what a value that may come out otherwise than foreseen holds, after what was foreseen by then. */
  addDoubt({ source, flags }: Doubt, bit: number, rewriter: ForesightRewriter): void {
    this.#add({ rule: -1, doubt: bit }, [this.#piece(source, flags, rewriter, true)], []);
  }

  #add(about: Pick<RuleWay, "rule" | "doubt">, sought: readonly number[], others: readonly number[]): void {
    const all = [...sought, ...others];
    for (const [i, piece] of all.entries()) this.askers[piece]?.push({ way: this.ways.length, bit: 1 << i });
    this.ways.push({ ...about, sought: (1 << sought.length) - 1, all: (1 << all.length) - 1 });
  }

  /** The number of a piece. */
  #piece(source: string, flags: string, rewriter: ForesightRewriter, isSought: boolean): number {
    const known = this.#numbers.get(rewriter) ?? new Map<string, number>();
    this.#numbers.set(rewriter, known);
    const key = `${isSought ? "" : "-"}${flags}/${source}`;
    const number = known.get(key) ?? this.programs.length;
    if (known.has(key)) return number;
    known.set(key, number);
    const pattern = new RegExp(source, flags);
    const program = new PatternCompiler(pattern, syntaxTree(pattern)).deciding(false);
    const instructions = rewriter.rewrite(program.instructions);
    this.programs.push({ instructions, entry: program.entry, isSought });
    this.askers.push([]);
    return number;
  }
}
