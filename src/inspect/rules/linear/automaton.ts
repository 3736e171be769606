import { byteClasses, classNumbers, NOTHING } from "./byte-classes.ts";
import { LINE_END, WORD } from "./byte-set.ts";
import type { Edge, Instruction, Program } from "./program.ts";

/** States kept before all are dropped and built anew as they are needed, and entries of their table. */
const MOST_STATES = 1000;
const MOST_ENTRIES = 2 ** 18;
/** Instead of a step: it was not taken yet; no match can end after it. */
const UNKNOWN = -1;
const DEAD = -2;

/** For each position of a value, from 0 to its length, the looks that hold there, as bits. */
export type LookBits = Uint32Array;

/**
 * A deterministic automaton whose states are built as values need them. It tells where a match of a program can end, in
 * time linear in the value whatever the pattern: each byte is looked at once. Values are byte strings. Without `LookBits`
 * every look counts as holding, so that there may be more matches than the program has.
 */
export class Automaton {
  readonly #program: Program;
  /** The bits of looks that the program itself asks for. */
  readonly #lookMask: number;
  /** For each byte, and for `NOTHING`, its class: bytes of one class are the same to the program. */
  readonly #classOf: Uint16Array;
  readonly #classCount: number;
  /** One byte of each class. */
  readonly #example: readonly number[];
  readonly #closure: Closure;
  /** A match can only begin where reading begins. */
  readonly #beginsAtEdge: boolean;
  /** Look bits that occurred, by their number. */
  #looksSeen: number[] = [];
  /** Entries of one state: for each number of look bits, for each class. */
  #width = 0;
  /** Where the next state's entries begin, times 2, plus 1 where a match ends before the byte; `UNKNOWN` or `DEAD`. */
  #table = new Int32Array(0);
  #states: State[] = [];
  #known = new Map<string, number>();
  /** Where the entries of the first state begin; -1 where it has to be built. */
  #first = -1;

  constructor(program: Program) {
    this.#program = program;
    this.#closure = new Closure(program);
    this.#lookMask = program.instructions.reduce((mask, one) => (one.op === "look" ? mask | (1 << one.look) : mask), 0);
    const classes = byteClasses(program.instructions.flatMap((one) => (one.op === "byte" ? [one.set] : [])));
    this.#classOf = classNumbers(classes);
    this.#example = classes.map(([byte = NOTHING]) => byte);
    this.#classCount = this.#example.length;
    this.#see([this.#lookMask]);
    this.#beginsAtEdge = this.#closure.beginsAtEdge(this.#example, this.#lookMask);
  }

  /** The first position, in the direction of reading, at which a match ends; -1 where there is none. */
  first(value: string, looks?: LookBits): number {
    if (looks === undefined && !this.#program.reversed) return this.#firstForward(value);
    let first = -1;
    this.#run(value, looks, (position) => {
      first = position;
      return true;
    });
    return first;
  }

  /** The last position, in the direction of reading, at which a match ends; -1 where there is none. */
  last(value: string, looks?: LookBits): number {
    let last = -1;
    this.#run(value, looks, (position) => {
      last = position;
      return false;
    });
    return last;
  }

  /** Sets a bit of every position at which a match ends. */
  mark(value: string, looks: LookBits | undefined, bits: LookBits, bit: number): void {
    this.#run(value, looks, (position) => {
      bits[position] = (bits[position] ?? 0) | bit;
      return false;
    });
  }

  /** The way that nearly every value takes, so without anything that it does not need. */
  #firstForward(value: string): number {
    const { length } = value;
    const classOf = this.#classOf;
    let table = this.#table;
    let state = this.#begin();
    for (let at = 0; at <= length; at++) {
      const byte = at === length ? NOTHING : value.charCodeAt(at);
      if (byte > 255 && at < length) throw new RangeError("not a byte string");
      const column = classOf[byte] ?? 0;
      let step = table[state + column] ?? UNKNOWN;
      if (step === UNKNOWN) {
        step = this.#step(state, column);
        table = this.#table;
      }
      if (step === DEAD) return -1;
      if ((step & 1) === 1) return at;
      state = step >> 1;
    }
    return -1;
  }

  /** Reads a value; `found` is told where matches end, and whether it has heard enough. */
  #run(value: string, looks: LookBits | undefined, found: (at: number) => boolean): void {
    if (looks !== undefined && this.#lookMask !== 0) this.#see(looks);
    const { reversed } = this.#program;
    const { length } = value;
    const classOf = this.#classOf;
    const columns = this.#columnsOf(looks);
    let state = this.#begin();
    for (let read = 0; read <= length; read++) {
      const at = reversed ? length - read : read;
      const byte = read === length ? NOTHING : value.charCodeAt(reversed ? at - 1 : at);
      if (byte > 255 && read < length) throw new RangeError("not a byte string");
      const column = columns(at) + (classOf[byte] ?? 0);
      let step = this.#table[state + column] ?? UNKNOWN;
      if (step === UNKNOWN) step = this.#step(state, column);
      if (step === DEAD || ((step & 1) === 1 && found(at))) return;
      state = step >> 1;
    }
  }

  /** Where the classes begin, for the looks that hold at a position. */
  #columnsOf(looks: LookBits | undefined): (at: number) => number {
    if (looks === undefined || this.#lookMask === 0) return () => 0;
    let lastBits = this.#lookMask;
    let column = 0;
    return (at) => {
      const bits = (looks[at] ?? 0) & this.#lookMask;
      if (bits !== lastBits) {
        lastBits = bits;
        column = this.#looksSeen.indexOf(bits) * this.#classCount;
      }
      return column;
    };
  }

  /** Makes room for look bits that did not occur before. */
  #see(looks: Iterable<number>): void {
    const seen = new Set(this.#looksSeen);
    let last = -1;
    for (const all of looks) {
      const bits = all & this.#lookMask;
      if (bits !== last) seen.add(bits);
      last = bits;
    }
    if (seen.size === this.#looksSeen.length) return;
    this.#looksSeen = [...seen];
    this.#width = seen.size * this.#classCount;
    this.#drop();
  }

  #step(state: number, column: number): number {
    const from = this.#states[state / this.#width];
    if (from === undefined) throw new RangeError("no such state");
    const ahead = this.#example[column % this.#classCount] ?? NOTHING;
    const looks = this.#looksSeen[Math.floor(column / this.#classCount)] ?? 0;
    const { places, matched } = this.#closure.step(from, ahead, looks);
    const isFull = this.#states.length >= MOST_STATES || (this.#states.length + 1) * this.#width > MOST_ENTRIES;
    if (isFull) this.#drop();
    // Only what edges tell apart is kept of the byte behind.
    const next = this.#intern({ places, behind: this.#closure.watchesEdges ? ahead : 0 });
    const isDead = this.#beginsAtEdge && places.length === 0 && !matched;
    const step = isDead ? DEAD : next * 2 + (matched ? 1 : 0);
    if (!isFull) this.#table[state + column] = step;
    return step;
  }

  #begin(): number {
    if (this.#first < 0) this.#first = this.#intern({ places: [], behind: NOTHING });
    return this.#first;
  }

  /** Where the entries of a state begin. */
  #intern(state: State): number {
    const key = `${state.behind}:${state.places.join()}`;
    const former = this.#known.get(key);
    if (former !== undefined) return former;
    const begin = (this.#states.push(state) - 1) * this.#width;
    this.#known.set(key, begin);
    if (begin + this.#width > this.#table.length) {
      const grown = new Int32Array(2 * (begin + this.#width)).fill(UNKNOWN);
      grown.set(this.#table);
      this.#table = grown;
    }
    return begin;
  }

  #drop(): void {
    this.#table.fill(UNKNOWN);
    this.#states = [];
    this.#known = new Map();
    this.#first = -1;
  }
}

/** Where a program can be after some bytes, in ascending order, and the byte before, in the direction of reading. */
interface State {
  readonly places: readonly number[];
  readonly behind: number;
}

/** Follows what takes no byte. */
class Closure {
  readonly #program: Program;
  readonly #seen: Uint32Array;
  #round = 0;
  readonly watchesEdges: boolean;

  constructor(program: Program) {
    this.#program = program;
    this.#seen = new Uint32Array(program.instructions.length);
    this.watchesEdges = program.instructions.some(({ op }) => op === "edge");
  }

  /** All places after one more byte; `matched` where a match ends before it. A match may begin anywhere. */
  step({ places, behind }: State, ahead: number, looks: number): { places: number[]; matched: boolean } {
    const { instructions, entry } = this.#program;
    const seen = this.#seen;
    const round = ++this.#round;
    const stack = [entry, ...places];
    const next = new Set<number>();
    let matched = false;
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      if (seen[place] === round) continue;
      seen[place] = round;
      const instruction = instructions[place];
      if (instruction === undefined) continue;
      if (instruction.op === "byte") {
        if (instruction.set[ahead] === 1) next.add(instruction.next);
      } else if (instruction.op === "match") matched = true;
      else this.#follow(instruction, stack, behind, ahead, looks);
    }
    return { places: this.#best(next), matched };
  }

  /** Whether nothing begins between any two bytes. */
  beginsAtEdge(bytes: readonly number[], looks: number): boolean {
    return bytes.every((behind) => {
      if (behind === NOTHING) return true;
      return bytes.every((ahead) => {
        const { places, matched } = this.step({ places: [], behind }, ahead, looks);
        return places.length === 0 && !matched;
      });
    });
  }

  #follow(instruction: Instruction, stack: number[], behind: number, ahead: number, looks: number): void {
    switch (instruction.op) {
      case "split":
        stack.push(instruction.first, instruction.second);
        return;
      case "edge": {
        const [before, after] = this.#program.reversed ? [ahead, behind] : [behind, ahead];
        if (edgeHolds(instruction.edge, before, after)) stack.push(instruction.next);
        return;
      }
      case "look":
        if ((looks & (1 << instruction.look)) !== 0) stack.push(instruction.next);
        return;
      case "save":
      case "forget":
      case "progress":
      case "reference":
        stack.push(instruction.next);
        return;
      case "byte":
      case "match":
      default:
    }
  }

  /** Of places that are the same but for the copy they stand in, the first copy is enough. */
  #best(places: ReadonlySet<number>): number[] {
    const { families } = this.#program;
    if (families.size === 0) return [...places].toSorted((a, b) => a - b);
    const best = new Map<number, { place: number; copy: number }>();
    const kept: number[] = [];
    for (const place of places) {
      const member = families.get(place);
      if (member === undefined) kept.push(place);
      else if (member.copy < (best.get(member.family)?.copy ?? Infinity))
        best.set(member.family, { place, copy: member.copy });
    }
    return [...kept, ...[...best.values()].map(({ place }) => place)].toSorted((a, b) => a - b);
  }
}

/** Whether an edge stands between two bytes; the number 256 is the outside of the value. */
export function edgeHolds(edge: Edge, before: number, after: number): boolean {
  switch (edge) {
    case "start":
      return before === NOTHING;
    case "end":
      return after === NOTHING;
    case "lineStart":
      return before === NOTHING || LINE_END[before] === 1;
    case "lineEnd":
      return after === NOTHING || LINE_END[after] === 1;
    case "word":
      return (WORD[before] === 1) !== (WORD[after] === 1);
    case "notWord":
    default:
      return (WORD[before] === 1) === (WORD[after] === 1);
  }
}
