import type { AST } from "@eslint-community/regexpp";
import { byteSet, type Modifiers } from "../../src/inspect/rules/linear/byte-set.ts";
import { syntaxTree } from "../../src/inspect/rules/linear/syntax.ts";

/** Gives whole numbers from 0 to below a bound. */
export type Random = (below: number) => number;

/** A hostile value in short: a head, pieces that come over and over until the length is reached, and a tail. */
export interface Pump {
  readonly head: string;
  readonly pieces: readonly string[];
  readonly tail: string;
  /** Pieces come in an order drawn from this, instead of one after the other. */
  readonly seed?: number;
}

/** A generator of numbers that gives the same for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** The value of a pump, of a length in bytes. */
export function inflate({ head, pieces, tail, seed }: Pump, length: number): string {
  const random = seed === undefined ? undefined : seeded(seed);
  const parts = [head];
  let size = head.length;
  for (let turn = 0; size < length - tail.length; turn++) {
    const piece = pieces[random?.(pieces.length) ?? turn % pieces.length] ?? "";
    // A piece of nothing must not go on for ever.
    parts.push(piece === "" ? "a" : piece);
    size += Math.max(1, piece.length);
  }
  return parts.join("").slice(0, length - tail.length) + tail;
}

/** Texts that pieces of a pattern match: whole alternatives, begins of them, and what its repetitions repeat. */
export class Fragments {
  readonly #random: Random;
  readonly #modifiers: Modifiers;
  readonly #sequences: (readonly AST.Element[])[] = [];
  readonly #repeated: AST.Quantifier[] = [];

  constructor(pattern: RegExp, random: Random) {
    this.#random = random;
    this.#modifiers = { ignoreCase: pattern.ignoreCase, multiline: pattern.multiline, dotAll: pattern.dotAll };
    this.#collect(syntaxTree(pattern));
  }

  /** A pump that the pattern's syntax suggests. */
  pump(): Pump {
    const pieces = Array.from({ length: 1 + this.#random(3) }, () => this.fragment());
    const order = this.#random(4) === 0 ? { seed: this.#random(1e9) } : {};
    const head = this.#random(2) === 0 ? this.begin() : "";
    return { head, pieces, tail: this.#random(3) === 0 ? this.fragment() : (this.#pick(TAILS) ?? ""), ...order };
  }

  /** A pump with one thing changed. */
  mutated(pump: Pump): Pump {
    const other = this.pump();
    const at = this.#random(pump.pieces.length);
    const variants: Pump[] = [
      { ...pump, pieces: pump.pieces.with(at, this.fragment()) },
      { ...pump, pieces: [...pump.pieces, this.fragment()] },
      { ...pump, head: pump.head + this.begin() },
      { ...pump, tail: other.tail },
      { ...pump, head: other.head },
      { ...pump, seed: this.#random(1e9) },
    ];
    return this.#pick(variants) ?? other;
  }

  fragment(): string {
    const kind = this.#random(4);
    if (kind === 0) return this.begin();
    if (kind === 1) return String.fromCharCode(this.#random(256));
    const quantifier = this.#pick(this.#repeated);
    return quantifier === undefined ? this.begin() : this.#text(kind === 2 ? quantifier.element : quantifier);
  }

  /** The begin of one of the pattern's sequences. */
  begin(): string {
    const elements = this.#pick(this.#sequences) ?? [];
    return this.#all(elements.slice(0, 1 + this.#random(elements.length)));
  }

  #collect(node: AST.Node): void {
    if (node.type === "Quantifier") {
      this.#repeated.push(node);
      this.#collect(node.element);
    } else if (node.type === "Alternative") {
      if (node.elements.length > 0) this.#sequences.push(node.elements);
      node.elements.forEach((element) => this.#collect(element));
    } else if ("alternatives" in node && node.type !== "ClassStringDisjunction")
      node.alternatives.forEach((alternative) => this.#collect(alternative));
  }

  #all(elements: readonly AST.Element[]): string {
    return elements.map((element) => this.#text(element)).join("");
  }

  #text(element: AST.Element): string {
    switch (element.type) {
      case "Character":
      case "CharacterClass":
      case "CharacterSet":
      case "ExpressionCharacterClass":
        return this.#byteOf(element.raw);
      case "Group":
      case "CapturingGroup":
        return this.#all(this.#pick(element.alternatives)?.elements ?? []);
      case "Quantifier": {
        const most = Math.min(element.max, element.min + 3) - element.min;
        return Array.from({ length: element.min + this.#random(most + 1) }, () => this.#text(element.element)).join("");
      }
      case "Assertion":
      case "Backreference":
      default:
        return "";
    }
  }

  #byteOf(raw: string): string {
    const members = [...byteSet(raw, this.#modifiers).entries()].flatMap(([byte, holds]) =>
      holds === 1 ? [byte] : [],
    );
    // Printable ones are in more classes.
    const printable = members.filter((byte) => byte > 0x20 && byte < 0x7f);
    return String.fromCharCode(this.#pick(this.#random(4) > 0 && printable.length > 0 ? printable : members) ?? 0x61);
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[this.#random(Math.max(1, list.length))];
  }
}

const TAILS = ["", "", "!", "\n", "\0", "\xff"] as const;

/** Milliseconds that this process has computed: what else runs on the machine does not count. */
export function computed(run: () => unknown): number {
  const { user, system } = process.cpuUsage();
  run();
  const after = process.cpuUsage();
  return (after.user + after.system - user - system) / 1000;
}
