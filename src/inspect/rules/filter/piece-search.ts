import { edgeHolds } from "../linear/automaton.ts";
import { type ByteSet, LINE_END, WORD } from "../linear/byte-set.ts";
import { frequencyOf } from "./typical-text.ts";
import type { Edge, Instruction } from "../linear/program.ts";

/** A piece as instructions, of which only bytes, splits, edges and the match are followed. */
export interface PieceProgram {
  readonly instructions: readonly Instruction[];
  readonly entry: number;
  /** Whether texts are searched for it: about others, only whether they are possible is asked. */
  readonly isSought: boolean;
}

/** States kept before all are dropped and built anew as they are needed: as many as the table's numbers can tell apart. */
const MOST_STATES = (1 << 15) - 1;
const UNKNOWN = 0xffff;
/** What stands before the first byte and after the last one. */
const NOTHING = 256;
/** Bytes that stand for all that edges cannot tell from them, behind a position. */
const BEHIND = [NOTHING, 0x0a, 0x61, 0x20] as const;

/** What a byte does: where the search then can be, in ascending order, and which pieces end before it. */
interface Step {
  readonly places: readonly number[];
  readonly ended: readonly number[];
}

/** What the beginnings of all pieces come to with their first byte: there are few, and all states share them. */
interface Beginning extends Step {
  readonly number: number;
  /** What stands behind now: an index of `BEHIND`. */
  readonly behind: number;
  /** What a second byte makes of it, by class. */
  readonly steps: (Step | undefined)[];
}

/** Where the search can be: in pieces that began with the last byte, and in those that began before. */
interface State {
  readonly beginning: Beginning;
  readonly places: readonly number[];
}

/**
 * Finds which of many pieces of patterns stand in bytes, in one pass over them: a deterministic automaton of all pieces
 * together, whose states are built as texts need them (as in RE2). Time is linear in the bytes.
 */
export class PieceSearch {
  readonly #set: (ByteSet | undefined)[] = [];
  readonly #edge: (Edge | undefined)[] = [];
  /** Where to go on: of a byte and an edge the first, of a split both; a match has its piece's number as the first. */
  readonly #first: number[] = [];
  readonly #second: number[] = [];
  readonly #op: number[] = [];
  /** Where each piece begins, and where those begin that are sought. */
  readonly #unsplitKnown: (readonly number[] | undefined)[] = [];
  readonly #entries: number[] = [];
  readonly #sought: readonly number[];
  readonly #mostStates: number;
  /** For each byte, and for `NOTHING`, its class: bytes of one class are the same to all pieces. */
  readonly #classOf: Uint8Array;
  readonly #width: number;
  /** One byte of each class. */
  readonly #example: readonly number[];
  /** All bytes of each class. */
  readonly #members: readonly (readonly number[])[];
  readonly #kinds: readonly number[];
  readonly #beginnings = new Map<number, Beginning>();
  readonly #seen: Uint32Array;
  #round = 0;
  /** For each state and each class: the next state's number, times 2, plus 1 where pieces end before the byte; or `UNKNOWN`. */
  #table = new Uint16Array(0);
  #states: State[] = [];
  #known = new Map<string, number>();
  /** The pieces that end, by the place in the table. */
  #ended = new Map<number, readonly number[]>();
  #endedBeforeDrop: readonly number[] = [];

  /** `mostStates` is for tests: at most what the table's numbers can tell apart. */
  constructor(pieces: readonly PieceProgram[], mostStates: number = MOST_STATES) {
    this.#mostStates = mostStates;
    for (const [piece, { instructions, entry }] of pieces.entries()) {
      const base = this.#op.length;
      for (const instruction of instructions) this.#add(instruction, base, piece);
      this.#entries.push(base + entry);
    }
    this.#sought = this.#entries.filter((_, piece) => pieces[piece]?.isSought);
    this.#seen = new Uint32Array(this.#op.length);
    const { classOf, example } = byteClasses(this.#set.filter((set) => set !== undefined));
    this.#classOf = classOf;
    this.#example = example;
    this.#width = example.length;
    this.#members = example.map((_, column) => [...Array(256).keys()].filter((byte) => classOf[byte] === column));
    this.#kinds = example.map(kindOf);
    this.#begin();
  }

  /** Tells each sought piece that ends somewhere in `bytes` from `from` up to before `to`, one that ends several times perhaps several times. */
  scan(bytes: Uint8Array, from: number, to: number, found: (piece: number) => void): void {
    const classOf = this.#classOf;
    const width = this.#width;
    let table = this.#table;
    let state = 0;
    // After the bytes, the end.
    for (let at = from; at <= to; at++) {
      const column = classOf[at === to ? NOTHING : (bytes[at] ?? 0)] ?? 0;
      const entry = state * width + column;
      let step = table[entry] ?? UNKNOWN;
      if (step === UNKNOWN) {
        step = this.#step(state, column);
        table = this.#table;
      }
      if ((step & 1) === 1) this.#tell(entry, found);
      state = step >> 1;
    }
  }

  /** Tells the pieces that end at a place of the table, or at the step for which everything was dropped. */
  #tell(entry: number, found: (piece: number) => void): void {
    const ended = this.#ended.get(entry) ?? this.#endedBeforeDrop;
    for (const piece of ended) found(piece);
  }

  /** The pieces that could stand in bytes of which `mayHold` holds. */
  possible(mayHold: (byte: number) => boolean): number[] {
    const bytes = this.#example.filter((_, column) => this.#members[column]?.some(mayHold));
    return [...this.#entries.keys()].filter((piece) => this.#isPossible(piece, bytes));
  }

  /** Bytes that a piece takes at least. */
  shortest(piece: number): number {
    let places: readonly number[] = [this.#entries[piece] ?? 0];
    const seen = new Set<number>();
    for (let bytes = 0; places.length > 0; bytes++) {
      const next: number[] = [];
      const stack = [...places];
      for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
        if (seen.has(place)) continue;
        seen.add(place);
        const op = this.#op[place];
        if (op === Op.match) return bytes;
        (op === Op.byte ? next : stack).push(this.#first[place] ?? 0);
        if (op === Op.split) stack.push(this.#second[place] ?? 0);
      }
      places = next;
    }
    return Infinity;
  }

  #isPossible(piece: number, bytes: readonly number[]): boolean {
    const seen = new Set<number>();
    const stack = [this.#entries[piece] ?? 0];
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      if (seen.has(place)) continue;
      seen.add(place);
      const op = this.#op[place];
      if (op === Op.match) return true;
      const set = this.#set[place];
      if (op === Op.byte && !bytes.some((byte) => set?.[byte] === 1)) continue;
      stack.push(this.#first[place] ?? 0);
      if (op === Op.split) stack.push(this.#second[place] ?? 0);
    }
    return false;
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

  /** Takes a step that was not taken yet. */
  #step(state: number, column: number): number {
    const from = this.#states[state];
    if (from === undefined) throw new RangeError("no such state");
    const { behind } = from.beginning;
    const own = this.#follow(from.places, behind, this.#example[column] ?? NOTHING);
    const begun = this.#secondStep(from.beginning, column);
    const beginning = this.#beginning(behind, column);
    const ended = [...own.ended, ...begun.ended, ...beginning.ended];
    const isFull = this.#states.length >= this.#mostStates;
    if (isFull) this.#begin();
    const next = this.#intern({ beginning, places: merged(own.places, begun.places) });
    const step = next * 2 + (ended.length > 0 ? 1 : 0);
    // Once everything is dropped, there is no state that the step could be noted for.
    if (isFull) this.#endedBeforeDrop = ended;
    else {
      const entry = state * this.#width + column;
      this.#table[entry] = step;
      if (ended.length > 0) this.#ended.set(entry, ended);
    }
    return step;
  }

  /** What comes of all pieces that begin at a place. */
  #beginning(behind: number, column: number): Beginning {
    const key = behind * this.#width + column;
    const known = this.#beginnings.get(key);
    if (known !== undefined) return known;
    const step = this.#follow(this.#sought, behind, this.#example[column] ?? NOTHING);
    const beginning = { ...step, number: this.#beginnings.size, behind: this.#kinds[column] ?? 0, steps: [] };
    this.#beginnings.set(key, beginning);
    return beginning;
  }

  #secondStep({ steps, places, behind }: Beginning, column: number): Step {
    const step = steps[column] ?? this.#follow(places, behind, this.#example[column] ?? NOTHING);
    steps[column] = step;
    return step;
  }

  #follow(places: readonly number[], behind: number, ahead: number): Step {
    const round = ++this.#round;
    const seen = this.#seen;
    const stack = [...places];
    const next = new Set<number>();
    const ended: number[] = [];
    const before = BEHIND[behind] ?? NOTHING;
    for (let from = stack.pop(); from !== undefined; from = stack.pop())
      for (const place of this.#unsplit(from)) {
        if (seen[place] === round) continue;
        seen[place] = round;
        const first = this.#first[place] ?? 0;
        const op = this.#op[place];
        if (op === Op.match) ended.push(first);
        else if (op === Op.byte) {
          if (this.#set[place]?.[ahead] === 1) next.add(first);
        } else if (edgeHolds(this.#edge[place] ?? "end", before, ahead)) stack.push(first);
      }
    return { places: Array.from(next).toSorted((a, b) => a - b), ended };
  }

  /** Where a place leads by splits alone. */
  #unsplit(place: number): readonly number[] {
    const known = this.#unsplitKnown[place];
    if (known !== undefined) return known;
    const seen = new Set([place]);
    for (const one of seen)
      if (this.#op[one] === Op.split) {
        seen.add(this.#first[one] ?? 0);
        seen.add(this.#second[one] ?? 0);
      }
    const ends = [...seen].filter((one) => this.#op[one] !== Op.split);
    this.#unsplitKnown[place] = ends;
    return ends;
  }

  /** The number of a state. */
  #intern(state: State): number {
    const key = `${state.beginning.number}:${state.places.join()}`;
    const former = this.#known.get(key);
    if (former !== undefined) return former;
    const number = this.#states.push(state) - 1;
    this.#known.set(key, number);
    const end = (number + 1) * this.#width;
    if (end > this.#table.length) {
      const grown = new Uint16Array(2 * end).fill(UNKNOWN);
      grown.set(this.#table);
      this.#table = grown;
    }
    return number;
  }

  #begin(): void {
    this.#table.fill(UNKNOWN);
    this.#states = [];
    this.#known = new Map();
    this.#ended = new Map();
    const beginning = { number: -1, behind: 0, places: [], ended: [], steps: [] };
    this.#intern({ beginning, places: [] });
  }
}

const Op = { byte: 0, split: 1, edge: 2, match: 3 } as const;

function kindOf(byte: number): number {
  if (byte === NOTHING) return 0;
  if (LINE_END[byte] === 1) return 1;
  return WORD[byte] === 1 ? 2 : 3;
}

/** The union of two ascending lists. */
function merged(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0) return b;
  return b.length === 0 ? a : [...new Set([...a, ...b])].toSorted((x, y) => x - y);
}

/** How often the most frequent of some bytes stands in texts. */
function most(bytes: readonly number[]): number {
  return Math.max(...bytes.map(frequencyOf));
}

/**
 * Numbers classes of bytes that no set and no edge tells apart, `NOTHING` in one of its own. Those that texts have most come
 * first, so that what they need of the table lies together.
 */
function byteClasses(sets: readonly ByteSet[]): { classOf: Uint8Array; example: number[] } {
  let classes: readonly (readonly number[])[] = [[...Array(256).keys()], [NOTHING]];
  for (const set of new Set([WORD, LINE_END, ...sets]))
    classes = classes.flatMap((members) => {
      const inside = members.filter((byte) => set[byte] === 1);
      return inside.length === 0 || inside.length === members.length
        ? [members]
        : [inside, members.filter((byte) => set[byte] !== 1)];
    });
  const ordered = classes.toSorted((a, b) => most(b) - most(a));
  const classOf = new Uint8Array(NOTHING + 1);
  for (const [index, members] of ordered.entries()) for (const byte of members) classOf[byte] = index;
  return { classOf, example: ordered.map(([byte = NOTHING]) => byte) };
}
