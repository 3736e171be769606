import { byteClasses, classNumbers, NOTHING } from "../linear/byte-classes.ts";
import { LINE_END, WORD } from "../linear/byte-set.ts";
import { type PiecePlaces, type Step } from "./piece-places.ts";
import { frequencyOf } from "./typical-text.ts";

/** States kept before all are dropped and built anew as they are needed: some 20 MB of them. */
const MOST_STATES = 1 << 15;
const UNKNOWN = -1;
const MOST_LISTS = 1 << 16;
/** Bytes that stand for all that edges cannot tell from them, behind a position. */
const BEHIND = [NOTHING, 0x0a, 0x61, 0x20] as const;

/** What the beginnings of all pieces come to with their first byte: there are few, and all states share them. */
interface Beginning extends Step {
  readonly number: number;
  /** What stands behind now: an index of `BEHIND`. */
  readonly behind: number;
  /** What a second byte makes of it, by class. */
  readonly steps: (Step | undefined)[];
}

/** Pieces that end at the same byte. */
export interface Ending {
  readonly pieces: readonly number[];
  /** For whoever is told of it, to note that it was told already. */
  seen: number;
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
  readonly #pieces: PiecePlaces;
  readonly #mostStates: number;
  /** For each byte, and for `NOTHING`, its class: bytes of one class are the same to all pieces. */
  readonly #classOf: Uint16Array;
  readonly #classOfByte: Uint8Array;
  readonly #width: number;
  /** One byte of each class, and which of `BEHIND` it is like. */
  readonly #example: readonly number[];
  readonly #kinds: readonly number[];
  readonly #beginnings = new Map<number, Beginning>();
  /** For each state and each class: where the next state's row begins, times 2, plus 1 where pieces end before the byte; or `UNKNOWN`. */
  #table = new Int32Array(0);
  #states: State[] = [];
  #known = new Map<string, number>();
  /** For each entry of the table the number of its ending. */
  #endings = new Uint16Array(0);
  #lists: Ending[] = [];
  #listNumbers = new Map<string, number>();
  /** The pieces that end at the step taken last. */
  #ended: Ending = { pieces: [], seen: 0 };

  /** `mostStates` is for tests: at most what the table's numbers can tell apart. */
  constructor(pieces: PiecePlaces, mostStates: number = MOST_STATES) {
    this.#pieces = pieces;
    this.#mostStates = mostStates;
    // Classes that texts have most come first, so that what they need of the table lies together.
    const classes = byteClasses(pieces.sets).toSorted((a, b) => most(b) - most(a));
    this.#classOf = classNumbers(classes);
    this.#classOfByte = Uint8Array.from(this.#classOf.subarray(0, NOTHING));
    this.#example = classes.map(([byte = NOTHING]) => byte);
    this.#kinds = this.#example.map(kindOf);
    this.#width = classes.length;
    this.#begin();
  }

  /** Tells the sought pieces that end in `bytes` from `from` up to before `to`, for each place where some do. */
  scan(bytes: Uint8Array, from: number, to: number, found: (ending: Ending) => void): void {
    const classOf = this.#classOfByte;
    let row = 0;
    for (let at = from; at < to; at++) {
      // Steps that need more than the table have their lowest bit set, an unknown one too: they are taken outside of this loop.
      const table = this.#table;
      let entry = row + (classOf[bytes[at] ?? 0] ?? 0);
      let step = table[entry] ?? UNKNOWN;
      while ((step & 1) === 0 && ++at < to) {
        entry = (step >> 1) + (classOf[bytes[at] ?? 0] ?? 0);
        step = table[entry] ?? UNKNOWN;
      }
      row = (step & 1) === 0 ? step >> 1 : this.#told(entry, step, found);
    }
    const end = row + (this.#classOf[NOTHING] ?? 0);
    const last = this.#table[end] ?? UNKNOWN;
    if ((last & 1) === 1) this.#told(end, last, found);
  }

  /** Takes a step at whose byte pieces end, or that was never taken before; gives the row after it. */
  #told(entry: number, known: number, found: (ending: Ending) => void): number {
    const step = known < 0 ? this.#step(entry) : known;
    if ((step & 1) === 1) found(known < 0 ? this.#ended : this.#endingAt(entry));
    return step >> 1;
  }

  #endingAt(entry: number): Ending {
    return this.#lists[this.#endings[entry] ?? 0] ?? this.#ended;
  }

  /** The number of an ending. */
  #listOf(ending: Ending): number {
    const key = ending.pieces.join();
    const number = this.#listNumbers.get(key) ?? this.#lists.push(ending) - 1;
    this.#listNumbers.set(key, number);
    return number;
  }

  /** Takes a step that was not taken yet. */
  #step(entry: number): number {
    const column = entry % this.#width;
    const from = this.#states[(entry - column) / this.#width];
    if (from === undefined) throw new RangeError("no such state");
    const { behind } = from.beginning;
    const own = this.#follow(from.places, behind, column);
    const begun = this.#secondStep(from.beginning, column);
    const beginning = this.#beginning(behind, column);
    const ended = [...own.ended, ...begun.ended, ...beginning.ended];
    const isFull = this.#states.length >= this.#mostStates || this.#lists.length >= MOST_LISTS;
    if (isFull) this.#begin();
    const next = this.#intern({ beginning, places: merged(own.places, begun.places) });
    const step = next * this.#width * 2 + (ended.length > 0 ? 1 : 0);
    this.#ended = { pieces: ended, seen: 0 };
    // Once everything is dropped, there is no state that the step could be noted for.
    if (isFull) return step;
    this.#table[entry] = step;
    if (ended.length > 0) this.#endings[entry] = this.#listOf(this.#ended);
    return step;
  }

  /** What comes of all pieces that begin at a place. */
  #beginning(behind: number, column: number): Beginning {
    const key = behind * this.#width + column;
    const known = this.#beginnings.get(key);
    if (known !== undefined) return known;
    const step = this.#pieces.begin(BEHIND[behind] ?? NOTHING, this.#example[column] ?? NOTHING);
    const beginning = { ...step, number: this.#beginnings.size, behind: this.#kinds[column] ?? 0, steps: [] };
    this.#beginnings.set(key, beginning);
    return beginning;
  }

  #secondStep({ steps, places, behind }: Beginning, column: number): Step {
    const step = steps[column] ?? this.#follow(places, behind, column);
    steps[column] = step;
    return step;
  }

  #follow(places: readonly number[], behind: number, column: number): Step {
    return this.#pieces.step(places, BEHIND[behind] ?? NOTHING, this.#example[column] ?? NOTHING);
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
      const grown = new Int32Array(2 * end).fill(UNKNOWN);
      grown.set(this.#table);
      this.#table = grown;
      const endings = new Uint16Array(2 * end);
      endings.set(this.#endings);
      this.#endings = endings;
    }
    return number;
  }

  #begin(): void {
    this.#table.fill(UNKNOWN);
    this.#states = [];
    this.#known = new Map();
    this.#lists = [];
    this.#listNumbers = new Map();
    const beginning = { number: -1, behind: 0, places: [], ended: [], steps: [] };
    this.#intern({ beginning, places: [] });
  }
}

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

/** How often the most frequent of some bytes stands in texts; the end of a value, which all have, before any. */
function most(bytes: readonly number[]): number {
  return bytes.includes(NOTHING) ? Infinity : Math.max(...bytes.map(frequencyOf));
}
