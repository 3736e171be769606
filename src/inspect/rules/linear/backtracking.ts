import { edgeHolds, type LookBits } from "./automaton.ts";
import type { Instruction, Program } from "./program.ts";
import type { StepCounter } from "./step-counter.ts";
import { Visited } from "./visited.ts";

/** Begin and end of the match, then of each group; -1 of a group that took no part. */
export type Spans = Int32Array;

/** The next step of a run; `FAILED` where the way is closed, `MATCHED` where it has come to its end. */
const FAILED = -1;
const MATCHED = -2;
const OUTSIDE = 256;

/**
 * Follows a program as a backtracking engine does, so that it finds the same match and groups, but goes no way twice:
 * what has failed at a position fails there again. What refers back to groups cannot be remembered so; steps bound it.
 */
export class BacktrackingMatcher {
  readonly #program: Program;
  readonly #value: string;
  readonly #looks: LookBits | undefined;
  readonly #steps: StepCounter;
  /** Of each instruction, its row in the memory of failures; -1 where it must not be remembered. */
  readonly #rows: Int32Array;
  readonly #visited: Visited;
  #slots: Int32Array;
  /** Ways still open: instruction, position, or a slot (below 0) with its former value. */
  #open: number[] = [];
  #at = 0;

  constructor(matcher: MatcherParts, slots?: Int32Array) {
    const { program, value, looks, steps } = matcher;
    this.#program = program;
    this.#value = value;
    this.#looks = looks;
    this.#steps = steps;
    const memory = memoryOf(program);
    this.#rows = memory.rows;
    this.#visited = new Visited(memory.count);
    this.#slots = slots ?? new Int32Array(program.slots).fill(-1);
  }

  /** The match that begins at a position. */
  matchAt(start: number): Spans | undefined {
    this.#slots.fill(-1);
    return this.#run(start)
      ? Int32Array.from([start, this.#at, ...this.#slots.subarray(2, 2 * this.#program.groups)])
      : undefined;
  }

  #run(start: number): boolean {
    this.#open = [];
    this.#at = start;
    let place = this.#program.entry;
    for (;;) {
      this.#steps.take();
      const instruction = this.#program.instructions[place];
      place = instruction === undefined ? FAILED : this.#step(instruction, place);
      if (place === MATCHED) return true;
      if (place === FAILED) place = this.#back();
      if (place === FAILED) return false;
    }
  }

  /** Goes back to the last way left open. */
  #back(): number {
    for (;;) {
      const position = this.#open.pop();
      const place = this.#open.pop();
      if (place === undefined || position === undefined) return FAILED;
      if (place >= 0) {
        this.#at = position;
        return place;
      }
      this.#slots[-1 - place] = position;
    }
  }

  #step(instruction: Instruction, place: number): number {
    switch (instruction.op) {
      case "byte":
        if (this.#at >= this.#value.length || instruction.set[this.#value.charCodeAt(this.#at)] !== 1) return FAILED;
        this.#at++;
        return instruction.next;
      case "split": {
        const row = this.#rows[place] ?? -1;
        if (row >= 0 && !this.#visited.add(row, this.#at)) return FAILED;
        this.#open.push(instruction.second, this.#at);
        return instruction.first;
      }
      case "edge":
        return edgeHolds(instruction.edge, this.#byte(this.#at - 1), this.#byte(this.#at)) ? instruction.next : FAILED;
      case "look":
        return this.#look(instruction.look) ? instruction.next : FAILED;
      case "save":
        this.#set(instruction.slot, this.#at);
        return instruction.next;
      case "forget":
        for (let slot = instruction.from; slot < instruction.to; slot++) this.#set(slot, -1);
        return instruction.next;
      case "progress":
        return this.#slots[instruction.slot] === this.#at ? FAILED : instruction.next;
      case "reference":
        return this.#refer(instruction.group, instruction.ignoreCase) ? instruction.next : FAILED;
      case "match":
      default:
        return MATCHED;
    }
  }

  #byte(at: number): number {
    return at < 0 || at >= this.#value.length ? OUTSIDE : this.#value.charCodeAt(at);
  }

  #set(slot: number, position: number): void {
    const former = this.#slots[slot] ?? -1;
    if (former === position) return;
    this.#open.push(-1 - slot, former);
    this.#slots[slot] = position;
  }

  #refer(group: number, ignoreCase: boolean): boolean {
    const begin = this.#slots[2 * group] ?? -1;
    const end = this.#slots[2 * group + 1] ?? -1;
    if (begin < 0 || end < begin) return true;
    const text = this.#value.slice(begin, end);
    this.#steps.take(text.length);
    const here = this.#value.slice(this.#at, this.#at + text.length);
    if (here !== text && !(ignoreCase && foldCase(here) === foldCase(text))) return false;
    this.#at += text.length;
    return true;
  }

  #look(index: number): boolean {
    const look = this.#program.looks[index];
    if (look?.nested === undefined) return ((this.#looks?.[this.#at] ?? 0) & (1 << index)) !== 0;
    const parts = { value: this.#value, looks: this.#looks, steps: this.#steps };
    const inner = new BacktrackingMatcher({ program: look.nested, ...parts }, this.#slots.slice());
    const held = inner.#run(this.#at);
    if (held && !look.negate) inner.#slots.forEach((position, slot) => this.#set(slot, position));
    return held !== look.negate;
  }
}

/** As a pattern without the flag `u` compares (ECMA-262, Canonicalize). */
function foldCase(text: string): string {
  return Array.from(text, (character) => {
    const upper = character.toUpperCase();
    return upper.length !== 1 || (character >= "\u0080" && upper < "\u0080") ? character : upper;
  }).join("");
}

/** What a matcher works with. */
export interface MatcherParts {
  readonly program: Program;
  readonly value: string;
  readonly looks: LookBits | undefined;
  readonly steps: StepCounter;
}

interface Memory {
  readonly rows: Int32Array;
  readonly count: number;
}

const memories = new WeakMap<Program, Memory>();

/** Splits are remembered, unless a back-reference or a check of progress may follow: that depends on how one came there. */
function memoryOf(program: Program): Memory {
  const former = memories.get(program);
  if (former !== undefined) return former;
  const { instructions, looks } = program;
  const rows = new Int32Array(instructions.length).fill(-1);
  const dependent = dependentOn(instructions, (one) => {
    const inner = one.op === "look" ? looks[one.look]?.nested?.instructions : undefined;
    return one.op === "reference" || inner?.some(({ op }) => op === "reference") === true;
  });
  let count = 0;
  for (const [place, { op }] of instructions.entries())
    if (op === "split" && dependent[place] !== 1) rows[place] = count++;
  const memory = { rows, count };
  memories.set(program, memory);
  return memory;
}

/** Marks the instructions from which one of a kind can be reached. */
function dependentOn(instructions: readonly Instruction[], kind: (one: Instruction) => boolean): Uint8Array {
  const before = instructions.map((): number[] => []);
  for (const [place, one] of instructions.entries()) for (const next of followers(one)) before[next]?.push(place);
  const marks = new Uint8Array(instructions.length);
  const stack = [...instructions.entries()].flatMap(([place, one]) => (kind(one) ? [place] : []));
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    if (marks[place] === 1) continue;
    marks[place] = 1;
    stack.push(...(before[place] ?? []));
  }
  return marks;
}

function followers(instruction: Instruction): readonly number[] {
  if (instruction.op === "split") return [instruction.first, instruction.second];
  return "next" in instruction ? [instruction.next] : [];
}
