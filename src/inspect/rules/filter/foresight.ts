import { addOtherCase } from "../operators/byte-set.ts";
import { type ByteSet, bytesOf, meet, NO_BYTES, union, without } from "../byte-set.ts";
import type { Instruction } from "../linear/program.ts";

/** What is foreseen of a chain of transformations: which values come out as those in which a piece of a pattern matches. */
export interface Foresight {
  /** Bytes that may come out as a space. */
  readonly spaces: ByteSet;
  /** Sets of which several bytes in a row may come out as one of them. */
  readonly runs: readonly ByteSet[];
  /** Bytes that go. */
  readonly deletes: ByteSet;
  /** Bytes before which spaces go. */
  readonly spacelessBefore: ByteSet;
}

const SPACE = 0x20;
const SPACE_ALONE = bytesOf(" ");

/** Of a chain that changes nothing. */
export const NO_FORESIGHT: Foresight = {
  spaces: NO_BYTES,
  runs: [],
  deletes: NO_BYTES,
  spacelessBefore: NO_BYTES,
};

/** What two chains do one after the other. */
export function joinForesight(first: Foresight, other: Foresight): Foresight {
  const spaces = union(first.spaces, other.spaces);
  const bothRuns = [...first.runs, ...other.runs];
  const removed = union(first.deletes, other.deletes);
  // What comes of a run, or a space that was none, may go in its turn.
  const deletes = [...bothRuns, union(spaces, SPACE_ALONE)].reduce(
    (all, set) => (meet(removed, set) ? union(all, set) : all),
    removed,
  );
  return {
    spaces,
    deletes,
    // What goes does not end a run, and what becomes a space is one of a run of spaces.
    runs: bothRuns.map((run) => union(deletes, run[SPACE] === 1 ? union(spaces, run) : run)),
    spacelessBefore: union(first.spacelessBefore, other.spacelessBefore),
  };
}

/** Rewriters, one for all that foresee the same. */
export class Rewriters {
  readonly #known = new Map<string, ForesightRewriter>();

  rewriterFor(foresight: Foresight): ForesightRewriter {
    const { spaces, deletes, spacelessBefore, runs } = foresight;
    const key = [spaces, deletes, spacelessBefore, ...runs].map((set) => set.join("")).join();
    const known = this.#known.get(key) ?? new ForesightRewriter(foresight);
    this.#known.set(key, known);
    return known;
  }
}

/**
 * Rewrites pieces of patterns, so that what they match in a value is what they match in what becomes of it, or more. The case
 * of ASCII letters never counts: it tells little, many transformations fold it, and a search without it has fewer classes of bytes.
 */
export class ForesightRewriter {
  readonly #foresight: Foresight;
  /** What becomes of sets: pieces share most of theirs. */
  readonly #known = new Map<ByteSet, Rewritten>();

  constructor(foresight: Foresight) {
    this.#foresight = foresight;
  }

  /** An instruction stands where it stood, or something that leads to the same; what is new is put behind. */
  rewrite(instructions: readonly Instruction[]): Instruction[] {
    const out = [...instructions];
    for (const [at, instruction] of instructions.entries()) {
      if (instruction.op === "byte") this.#rewriteByte(out, at, instruction.set, instruction.next);
      else if (instruction.op === "edge") rewriteEdge(out, at, instruction, this.#foresight);
    }
    return out;
  }

  #rewriteByte(out: Instruction[], at: number, set: ByteSet, next: number): void {
    const { single, runs, skipped } = this.#rewritten(set);
    const ways: Instruction[] = single === undefined ? [] : [{ op: "byte", set: single, next }];
    for (const run of runs) ways.push({ op: "byte", set: run, next: looping(out, run, next) });
    if (skipped !== undefined) ways.push({ op: "byte", set: skipped, next: at });
    if (ways.length > 0) out[at] = eitherOf(out, ways);
  }

  #rewritten(set: ByteSet): Rewritten {
    const known = this.#known.get(set);
    if (known !== undefined) return known;
    const { spaces, deletes, spacelessBefore, runs } = this.#foresight;
    const folded = set.slice();
    addOtherCase(folded);
    const one = set[SPACE] === 1 ? union(folded, spaces) : folded;
    const met = runs.filter((run) => meet(one, run));
    const rewritten = {
      single: unlessEmpty(met.reduce(without, one)),
      runs: met,
      skipped: unlessEmpty(meet(set, spacelessBefore) ? union(deletes, spaces) : deletes),
    };
    this.#known.set(set, rewritten);
    return rewritten;
  }
}

/** What becomes of a set: its bytes, alone or in a run, and those that are passed over before them. */
interface Rewritten {
  readonly single: ByteSet | undefined;
  readonly runs: readonly ByteSet[];
  readonly skipped: ByteSet | undefined;
}

function unlessEmpty(set: ByteSet): ByteSet | undefined {
  return set.includes(1) ? set : undefined;
}

/** Where a byte that goes stands at a word's edge, the edge may be on either side of it, and what is none may be one. */
function rewriteEdge(out: Instruction[], at: number, edge: Instruction & { op: "edge" }, { deletes }: Foresight): void {
  if (!deletes.includes(1)) return;
  if (edge.edge === "notWord") out[at] = { op: "split", first: edge.next, second: edge.next };
  else out[at] = eitherOf(out, [edge, { op: "byte", set: deletes, next: at }]);
}

/** More bytes of a set, and then on. */
function looping(out: Instruction[], set: ByteSet, next: number): number {
  const head = out.length;
  out.push({ op: "split", first: head + 1, second: next }, { op: "byte", set, next: head });
  return head;
}

/** An instruction that leads to several; all but the only one are put behind. */
function eitherOf(out: Instruction[], ways: readonly Instruction[]): Instruction {
  const [first, ...others] = ways;
  if (first === undefined) throw new RangeError("no way on");
  if (others.length === 0) return first;
  const at = out.push(first) - 1;
  const rest = eitherOf(out, others);
  return { op: "split", first: at, second: out.push(rest) - 1 };
}
