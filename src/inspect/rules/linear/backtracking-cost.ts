import type { AST } from "@eslint-community/regexpp";
import { type ByteSet, meet, NO_BYTES, union } from "../byte-set.ts";
import { byteSet, type Modifiers } from "./byte-set.ts";

/** What a backtracking engine may do with a piece of a pattern, at worst, from one position. */
interface Cost {
  readonly steps: number;
  /** In how many ways, of different length or kind, the piece may match so that what follows is tried in earnest. */
  readonly ways: number;
}

/** The bytes with which a piece of a pattern may begin, and whether it may match nothing. */
interface Beginning {
  readonly bytes: ByteSet;
  readonly nullable: boolean;
}

const LENGTHS = [64, 512, Infinity];
/** Stands for a value without end: even the largest count of a repetition stays below. */
const ENDLESS = 1e9;
/** Steps a byte, at most, of V8's own engine: some hundred millions fit in a second. */
const MOST_STEPS_PER_BYTE = 1000;

/** Lengths up to which V8 is tried while it is watched, and which patterns count as steep. */
const WATCHED = 2048;
const WATCHED_STEEP = 512;
const STEEP_LENGTH = 64;
const STEEP_STEPS = 2e7;
/** Turns of a repetition from which on several ways a turn are too many. */
const MANY_TURNS = 16;

/** Flags that hold for a group only. V8 misses matches with them: `/(?i:x|,[a-f])/` does not find ",A" (Node 26.10). */
const MODIFIERS = /\(\?(?:[ims]+(?:-[ims]*)?|-[ims]+):/;

/** Up to which length of a value V8's own engine may be used. -1 where it is not to be used at all. */
export interface SafeLengths {
  /** It takes at most some hundred steps for each byte of any value. */
  readonly always: number;
  /** It takes at most some tens of milliseconds for any one value: as long as nobody sends such values one after the other. */
  readonly watched: number;
}

/**
 * Estimates from the pattern's syntax how long values may be: a repetition can be left in several ways only where what
 * follows may begin with what it repeats. What grows exponentially is never watched; of the rest real patterns take under
 * a millisecond for a quarter of the shorter length, and some hundredths of that for ordinary text.
 */
export function safeLengths(pattern: RegExp, tree: AST.Pattern): SafeLengths {
  if (MODIFIERS.test(pattern.source)) return { always: -1, watched: -1 };
  const isAnchored =
    !pattern.multiline &&
    tree.alternatives.every(({ elements: [first] }) => first?.type === "Assertion" && first.kind === "start");
  const { ignoreCase, multiline, dotAll } = pattern;
  const beginnings = new Map<AST.Element, Beginning>();
  let always = -1;
  let isExplosive = false;
  let isSteep = false;
  for (const length of LENGTHS) {
    const size = Math.min(length, ENDLESS);
    const estimate = new CostEstimate(size, { ignoreCase, multiline, dotAll }, beginnings);
    // Once the pattern has matched there is nothing to go back for.
    const { steps } = estimate.alternatives(tree.alternatives, NO_BYTES);
    // What is anchored is tried from one position only.
    const perByte = steps / (isAnchored ? size : 1);
    if (perByte <= MOST_STEPS_PER_BYTE) always = length;
    isExplosive ||= estimate.isExplosive;
    if (length === STEEP_LENGTH) isSteep = perByte * size > STEEP_STEPS;
  }
  if (isExplosive) return { always, watched: always };
  return { always, watched: Math.max(always, isSteep ? WATCHED_STEEP : WATCHED) };
}

const ALL_BYTES: ByteSet = new Uint8Array(256).fill(1);

/** Estimates for values of one length. */
class CostEstimate {
  /** Whether some repetition can be gone through in a number of ways that grows exponentially. */
  isExplosive = false;
  readonly #length: number;
  readonly #modifiers: Modifiers;
  /** What is found out once for all lengths. */
  readonly #beginnings: Map<AST.Element, Beginning>;

  constructor(length: number, modifiers: Modifiers, beginnings: Map<AST.Element, Beginning>) {
    this.#beginnings = beginnings;
    this.#length = length;
    this.#modifiers = modifiers;
  }

  /** `follow` are the bytes with which what comes after may begin. */
  alternatives(branches: readonly AST.Alternative[], follow: ByteSet): Cost {
    const costs = branches.map(({ elements }) => this.#sequence(elements, follow));
    const most = Math.max(...costs.map(({ steps }) => steps));
    const ways = Math.max(...costs.map((cost) => cost.ways));
    const literal = literalOverlap(branches);
    const overlap = literal ?? this.#overlap(branches, follow);
    // Branches fail at their first byte but for those that begin alike; of words, all but one fail in the middle.
    return { steps: most * (literal === undefined ? overlap : 1) + branches.length / 8, ways: ways * overlap };
  }

  #sequence(elements: readonly AST.Element[], follow: ByteSet): Cost {
    const costs: Cost[] = [];
    let after = follow;
    for (const element of elements.toReversed()) {
      costs.push(this.#element(element, after));
      const { bytes, nullable } = this.#beginning(element);
      after = nullable ? union(bytes, after) : bytes;
    }
    let steps = 0;
    let ways = 1;
    for (const cost of costs.toReversed()) {
      steps += ways * cost.steps;
      ways *= cost.ways;
    }
    return { steps, ways };
  }

  #element(element: AST.Element, follow: ByteSet): Cost {
    switch (element.type) {
      case "Group":
      case "CapturingGroup":
        return this.alternatives(element.alternatives, follow);
      case "Quantifier":
        return this.#repetition(element, follow);
      case "Assertion":
        if (element.kind === "lookahead" || element.kind === "lookbehind")
          return { steps: this.alternatives(element.alternatives, NO_BYTES).steps, ways: 1 };
        return { steps: 1, ways: 1 };
      case "Backreference":
        return { steps: this.#length, ways: 1 };
      case "Character":
      case "CharacterClass":
      case "CharacterSet":
      case "ExpressionCharacterClass":
      default:
        return { steps: 1, ways: 1 };
    }
  }

  #repetition({ element, min, max }: AST.Quantifier, follow: ByteSet): Cost {
    const { bytes } = this.#beginning(element);
    const most = Math.min(max, this.#length);
    const body = this.#element(element, most > 1 ? union(bytes, follow) : follow);
    const isAmbiguous = meet(bytes, follow);
    const exits = isAmbiguous ? Math.max(1, most - Math.min(min, this.#length) + 1) : 1;
    if (most <= 1) return { steps: body.steps, ways: body.ways + exits - 1 };
    if (body.ways === 1) return { steps: most * (body.steps + 1), ways: exits };
    // Each turn multiplies the ways of the one before.
    if (max > MANY_TURNS) this.isExplosive = true;
    const ways = body.ways ** Math.min(most, 64) * exits;
    return { steps: ways * body.steps, ways };
  }

  /** How many branches, at most, may begin with the same byte. */
  #overlap(branches: readonly AST.Alternative[], follow: ByteSet): number {
    const counts = new Uint16Array(256);
    for (const branch of branches) {
      const { bytes, nullable } = this.#beginningOf(branch.elements);
      const begin = nullable ? union(bytes, follow) : bytes;
      for (let byte = 0; byte < 256; byte++) counts[byte] = (counts[byte] ?? 0) + (begin[byte] ?? 0);
    }
    return Math.max(1, ...counts);
  }

  #beginningOf(elements: readonly AST.Element[]): Beginning {
    let bytes = NO_BYTES;
    for (const element of elements) {
      const first = this.#beginning(element);
      bytes = union(bytes, first.bytes);
      if (!first.nullable) return { bytes, nullable: false };
    }
    return { bytes, nullable: true };
  }

  #beginning(element: AST.Element): Beginning {
    const known = this.#beginnings.get(element) ?? this.#newBeginning(element);
    this.#beginnings.set(element, known);
    return known;
  }

  #newBeginning(element: AST.Element): Beginning {
    switch (element.type) {
      case "Character":
      case "CharacterClass":
      case "CharacterSet":
      case "ExpressionCharacterClass":
        return { bytes: byteSet(element.raw, this.#modifiers), nullable: false };
      case "Group":
      case "CapturingGroup": {
        const all = element.alternatives.map(({ elements }) => this.#beginningOf(elements));
        return { bytes: all.map(({ bytes }) => bytes).reduce(union), nullable: all.some(({ nullable }) => nullable) };
      }
      case "Quantifier": {
        const { bytes, nullable } = this.#beginning(element.element);
        return { bytes, nullable: nullable || element.min === 0 };
      }
      case "Assertion": {
        const looks = element.kind === "lookahead" || element.kind === "lookbehind";
        return { bytes: looks ? ALL_BYTES : NO_BYTES, nullable: true };
      }
      case "Backreference":
      default:
        return { bytes: ALL_BYTES, nullable: true };
    }
  }
}

/** Of branches that are words, how many can match at one place: a word and those that it begins with. Undefined for others. */
function literalOverlap(branches: readonly AST.Alternative[]): number | undefined {
  const words: string[] = [];
  for (const { elements } of branches) {
    if (!elements.every((element) => element.type === "Character")) return undefined;
    words.push(elements.map(({ raw }) => raw).join(""));
  }
  return Math.max(1, ...words.map((word) => words.filter((other) => word.startsWith(other)).length));
}
