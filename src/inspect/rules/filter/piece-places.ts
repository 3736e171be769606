import { BYTE_CLASS } from "../../../core/char-class.ts";
import { edgeHolds } from "../linear/automaton.ts";
import type { ByteSet } from "../linear/byte-set.ts";
import type { Edge, Instruction } from "../linear/program.ts";

/** A piece as instructions, of which only bytes, splits, edges and the match are followed. */
export interface PieceProgram {
  readonly instructions: readonly Instruction[];
  readonly entry: number;
  /** Whether texts are searched for it: about others, only whether they are possible is asked. */
  readonly isSought: boolean;
}

/** What a byte does: where a search then can be, and which pieces end before it. */
export interface Step {
  readonly places: readonly number[];
  readonly ended: readonly number[];
}

/** The union of the `CharClass` bits of a set's bytes. */
const classesOf = new WeakMap<ByteSet, number>();

const Op = { byte: 0, split: 1, edge: 2, match: 3 } as const;

/** The instructions of many pieces in one row, whose indexes are the places where a search for them can be. */
export class PiecePlaces {
  readonly #op: number[] = [];
  readonly #set: (ByteSet | undefined)[] = [];
  readonly #edge: (Edge | undefined)[] = [];
  /** Where to go on: of a byte and an edge the first, of a split both; a match has its piece's number as the first. */
  readonly #first: number[] = [];
  readonly #second: number[] = [];
  readonly #entries: number[] = [];
  readonly #unsplit: (readonly number[] | undefined)[] = [];
  readonly #seen: Uint32Array;
  #round = 0;
  /** Where the pieces begin that are sought. */
  readonly sought: readonly number[];

  constructor(pieces: readonly PieceProgram[]) {
    for (const [piece, { instructions, entry }] of pieces.entries()) {
      const base = this.#op.length;
      for (const instruction of instructions) this.#add(instruction, base, piece);
      this.#entries.push(base + entry);
    }
    this.sought = this.#entries.filter((_, piece) => pieces[piece]?.isSought);
    this.#seen = new Uint32Array(this.#op.length);
  }

  /** Every set of bytes that a piece asks for. */
  get sets(): readonly ByteSet[] {
    return this.#set.filter((set) => set !== undefined);
  }

  #add(instruction: Instruction, base: number, piece: number): void {
    const push = (op: number, first: number, second = 0, set?: ByteSet, edge?: Edge): void => {
      this.#op.push(op);
      this.#first.push(first);
      this.#second.push(second);
      this.#set.push(set);
      this.#edge.push(edge);
    };
    if (instruction.op === "byte") push(Op.byte, base + instruction.next, 0, instruction.set);
    else if (instruction.op === "split") push(Op.split, base + instruction.first, base + instruction.second);
    else if (instruction.op === "edge") push(Op.edge, base + instruction.next, 0, undefined, instruction.edge);
    else if (instruction.op === "match") push(Op.match, piece);
    else push(Op.split, base + instruction.next, base + instruction.next);
  }

  /** What comes of a place with the byte `ahead`, where the byte `behind` was the last one; 256 at the ends. */
  step(from: number, behind: number, ahead: number): Step {
    const places = new Set<number>();
    const ended = new Set<number>();
    const reached = new Set(this.#withoutSplits(from));
    for (const place of reached) {
      const first = this.#first[place] ?? 0;
      if (this.#op[place] === Op.match) ended.add(first);
      else if (this.#op[place] === Op.byte) {
        if (this.#set[place]?.[ahead] === 1) places.add(first);
      } else if (edgeHolds(this.#edge[place] ?? "end", behind, ahead))
        for (const next of this.#withoutSplits(first)) reached.add(next);
    }
    return { places: [...places], ended: [...ended] };
  }

  /** Where a place leads by splits alone. */
  #withoutSplits(place: number): readonly number[] {
    const known = this.#unsplit[place];
    if (known !== undefined) return known;
    const all = new Set([place]);
    // What is added while it is gone through is gone through too.
    for (const one of all) if (this.#op[one] === Op.split) for (const next of this.#nextOf(one)) all.add(next);
    const ends = [...all].filter((one) => this.#op[one] !== Op.split);
    this.#unsplit[place] = ends;
    return ends;
  }

  #nextOf(place: number): number[] {
    const first = this.#first[place] ?? 0;
    return this.#op[place] === Op.split ? [first, this.#second[place] ?? 0] : [first];
  }

  /** The pieces that could stand in a text of these `CharClass` bits alone. */
  possible(classes: number): number[] {
    return [...this.#entries.keys()].filter((piece) => this.#isPossible(piece, classes));
  }

  #isPossible(piece: number, classes: number): boolean {
    const round = ++this.#round;
    const seen = this.#seen;
    const stack = [this.#entries[piece] ?? 0];
    for (let from = stack.pop(); from !== undefined; from = stack.pop())
      for (const place of this.#withoutSplits(from)) {
        if (this.#op[place] === Op.match) return true;
        if (seen[place] === round || (this.#classes(place) & classes) === 0) continue;
        seen[place] = round;
        stack.push(this.#first[place] ?? 0);
      }
    return false;
  }

  /** The classes of the bytes that lead on from a place; all where none is needed. */
  #classes(place: number): number {
    const set = this.#set[place];
    if (set === undefined) return -1;
    const known = classesOf.get(set);
    if (known !== undefined) return known;
    const classes = set.reduce((union, held, byte) => (held === 1 ? union | (BYTE_CLASS[byte] ?? 0) : union), 0);
    classesOf.set(set, classes);
    return classes;
  }

  /** Bytes that a piece takes at least. */
  shortest(piece: number): number {
    const seen = new Set<number>();
    let places = [this.#entries[piece] ?? 0];
    for (let bytes = 0; places.length > 0; bytes++) {
      const after: number[] = [];
      const now = new Set(places);
      for (const place of now) {
        if (this.#op[place] === Op.match) return bytes;
        if (seen.has(place)) continue;
        seen.add(place);
        if (this.#op[place] === Op.byte) after.push(...this.#nextOf(place));
        else for (const next of this.#nextOf(place)) now.add(next);
      }
      places = after;
    }
    return Infinity;
  }
}
