import { BYTE_CLASS } from "../../../core/char-class.ts";
import { edgeHolds } from "../linear/automaton.ts";
import type { ByteSet } from "../byte-set.ts";
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

/** Where a search can be: before a byte of a set, at an edge, at the end of a piece, or none of these, from where it goes on at once. */
interface Place {
  readonly set: ByteSet | undefined;
  readonly edge: Edge | undefined;
  /** The number of the piece that ends here. */
  readonly ends: number | undefined;
  readonly next: readonly number[];
}

/** The union of the `CharClass` bits of a set's bytes. */
const classesOf = new WeakMap<ByteSet, number>();

/** The instructions of many pieces in one row, whose indexes are the places where a search for them can be. */
export class PiecePlaces {
  readonly #places: Place[] = [];
  readonly #entries: number[] = [];
  /** For each place that was asked for, where it leads without a byte and without an edge. */
  readonly #stops: (readonly number[] | undefined)[] = [];
  readonly #seen: Uint32Array;
  #round = 0;
  /** Where the sought pieces begin that take a byte at once: the places behind it, by the bytes they take. */
  readonly #takers = new Map<ByteSet, number[]>();
  /** Where the others begin. */
  readonly #others: number[] = [];

  constructor(pieces: readonly PieceProgram[]) {
    for (const [piece, { instructions, entry }] of pieces.entries()) {
      const base = this.#places.length;
      for (const instruction of instructions) this.#places.push(placeOf(instruction, base, piece));
      this.#entries.push(base + entry);
    }
    this.#seen = new Uint32Array(this.#places.length);
    const sought = this.#entries.filter((_, piece) => pieces[piece]?.isSought);
    for (const at of new Set(sought.flatMap((entry) => this.#stopsFrom(entry)))) {
      const { set, next = [] } = this.#places[at] ?? {};
      if (set === undefined) this.#others.push(at);
      else this.#takers.set(set, [...(this.#takers.get(set) ?? []), ...next]);
    }
  }

  /** Every set of bytes that a piece asks for. */
  get sets(): readonly ByteSet[] {
    return this.#places.flatMap(({ set }) => set ?? []);
  }

  /** What comes of some places with the byte `ahead`, where the byte `behind` was the last one; 256 at the ends. */
  step(from: readonly number[], behind: number, ahead: number): Step {
    const places = new Set<number>();
    const ended: number[] = [];
    this.#follow(from, ({ set, edge, ends, next }) => {
      if (ends !== undefined) ended.push(ends);
      else if (set === undefined) return edge === undefined || edgeHolds(edge, behind, ahead);
      else if (set[ahead] === 1) for (const one of next) places.add(one);
      return false;
    });
    return { places: Array.from(places).toSorted((a, b) => a - b), ended };
  }

  /** What comes of all sought pieces that begin between two bytes. */
  begin(behind: number, ahead: number): Step {
    const { places, ended } = this.step(this.#others, behind, ahead);
    const all = new Set(places);
    for (const [set, next] of this.#takers) if (set[ahead] === 1) for (const place of next) all.add(place);
    return { places: Array.from(all).toSorted((a, b) => a - b), ended };
  }

  /** The pieces that could stand in a text of these `CharClass` bits alone. */
  possible(classes: number): number[] {
    return [...this.#entries.keys()].filter((piece) => {
      let isPossible = false;
      this.#follow([this.#entries[piece] ?? 0], ({ set, ends }) => {
        isPossible ||= ends !== undefined;
        return !isPossible && (set === undefined || (classesIn(set) & classes) !== 0);
      });
      return isPossible;
    });
  }

  /** Goes through the places that can be reached, each once; from one on only where `goesOn` says so. */
  #follow(from: readonly number[], goesOn: (place: Place) => boolean): void {
    const round = ++this.#round;
    const stack = [...from];
    for (let one = stack.pop(); one !== undefined; one = stack.pop())
      for (const at of this.#stopsFrom(one)) {
        if (this.#seen[at] === round) continue;
        this.#seen[at] = round;
        const place = this.#places[at];
        if (place !== undefined && goesOn(place)) stack.push(...place.next);
      }
  }

  /** The places at which something must hold, or a piece ends, to which a place leads at once. */
  #stopsFrom(place: number): readonly number[] {
    const known = this.#stops[place];
    if (known !== undefined) return known;
    const all = new Set([place]);
    const stops: number[] = [];
    // What is added while it is gone through is gone through too.
    for (const one of all) {
      const { set, edge, ends, next = [] } = this.#places[one] ?? {};
      if (set !== undefined || edge !== undefined || ends !== undefined) stops.push(one);
      else for (const further of next) all.add(further);
    }
    this.#stops[place] = stops;
    return stops;
  }

  /** Bytes that a piece takes at least. */
  shortest(piece: number): number {
    const seen = new Set<number>();
    let places: readonly number[] = [this.#entries[piece] ?? 0];
    for (let bytes = 0; places.length > 0; bytes++) {
      const after: number[] = [];
      const now = new Set(places);
      for (const at of now) {
        const { set, ends, next = [] } = this.#places[at] ?? {};
        if (ends !== undefined) return bytes;
        if (seen.has(at)) continue;
        seen.add(at);
        if (set !== undefined) after.push(...next);
        else for (const further of next) now.add(further);
      }
      places = after;
    }
    return Infinity;
  }
}

function placeOf(instruction: Instruction, base: number, piece: number): Place {
  const nothing = { set: undefined, edge: undefined, ends: undefined };
  if (instruction.op === "match") return { ...nothing, ends: piece, next: [] };
  if (instruction.op === "split") return { ...nothing, next: [base + instruction.first, base + instruction.second] };
  const next = [base + instruction.next];
  if (instruction.op === "byte") return { ...nothing, set: instruction.set, next };
  return instruction.op === "edge" ? { ...nothing, edge: instruction.edge, next } : { ...nothing, next };
}

function classesIn(set: ByteSet): number {
  const known = classesOf.get(set);
  if (known !== undefined) return known;
  const classes = set.reduce((union, held, byte) => (held === 1 ? union | (BYTE_CLASS[byte] ?? 0) : union), 0);
  classesOf.set(set, classes);
  return classes;
}
