import type { ByteSet } from "../byte-set.ts";

/** What stands before and after a position of the value: a byte, or nothing at its ends. */
export type Edge = "start" | "end" | "lineStart" | "lineEnd" | "word" | "notWord";

/** One step of a pattern. `next` and the like are indexes of instructions. */
export type Instruction =
  | { readonly op: "byte"; readonly set: ByteSet; readonly next: number }
  /** Two ways to go on; the first is tried first. */
  | { readonly op: "split"; readonly first: number; readonly second: number }
  | { readonly op: "edge"; readonly edge: Edge; readonly next: number }
  | { readonly op: "look"; readonly look: number; readonly next: number }
  /** Notes the position: of a group's begin or end, or of a loop's last turn. */
  | { readonly op: "save"; readonly slot: number; readonly next: number }
  /** Forgets groups, from the slot `from` up to before `to`. */
  | { readonly op: "forget"; readonly from: number; readonly to: number; readonly next: number }
  /** Fails where a turn of a loop has matched nothing. */
  | { readonly op: "progress"; readonly slot: number; readonly next: number }
  | { readonly op: "reference"; readonly group: number; readonly ignoreCase: boolean; readonly next: number }
  | { readonly op: "match" };

/** A look-around of a pattern. Each is decided for all positions of a value at once, or else, where it captures, at one. */
export interface Look {
  readonly ahead: boolean;
  readonly negate: boolean;
  /** Runs against the direction of the look: its matches end where the look holds. Undefined where that cannot be told. */
  readonly scan: Program | undefined;
  /** Runs in the direction of reading, of a look-ahead that captures or refers to a group. */
  readonly nested: Program | undefined;
}

/** A pattern as instructions, to be read from the value's begin or, reversed, from its end. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly entry: number;
  readonly reversed: boolean;
  /** Shared by all programs of a pattern. */
  readonly looks: readonly Look[];
  /** Slots for positions: two a group, the whole match first, then those of loops. */
  readonly slots: number;
  /** Groups with the whole match. */
  readonly groups: number;
  /**
   * Of instructions that repeat in the optional copies of `x{0,9}`: which others they are the same as, and in which copy
   * they stand. One of an earlier copy can do all that one of a later copy can.
   */
  readonly families: ReadonlyMap<number, { readonly family: number; readonly copy: number }>;
}
