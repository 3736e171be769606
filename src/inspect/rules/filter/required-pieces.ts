import type { AST } from "@eslint-community/regexpp";
import { Derivation } from "../derivation.ts";
import { syntaxTree } from "../linear/syntax.ts";
import { trimmed } from "./trimmed.ts";
import { chanceOf, typicalChance, typicalRun } from "./typical-text.ts";

/** A piece of a pattern, as a pattern: where the whole matches, this does. */
export interface Piece {
  /** Source of a regular expression, without groups that capture. */
  readonly source: string;
  /** About how often typical text matches it at a given place; 1 for what matches anywhere. */
  readonly chance: number;
}

/** A stretch of a pattern: either whole, or a beginning and an end with a gap between them that holds some more. */
type Stretch = Piece | Gapped;

interface Gapped {
  readonly prefix: Piece;
  readonly within: readonly Piece[];
  readonly suffix: Piece;
}

const NOTHING: Piece = { source: "", chance: 1 };
const GAP: Gapped = { prefix: NOTHING, within: [], suffix: NOTHING };
/** Bytes of typical text beyond which a repetition is a gap: to wait for its end in every text costs too much. */
const LONGEST_RUN = 12;
/** Copies of what is repeated that are spelled out: to count in every text costs too much. */
const MOST_COPIES = 4;
/** Pieces of one way that are looked for, as long as they are not rare together, and how rare those after the first must be. */
const MOST_PIECES = 3;
/** Alternatives beyond which what each asks for is not told apart. */
const MOST_WAYS = 12;
const RARE_ENOUGH = 1e-7;
const WORTH_MORE = 0.01;
/** From which chance on a single character at the begin or end of a piece tells too little. */
const COMMON = 0.5;
/** What edges leave over of the places at which the rest matches. */
const LINE_EDGE = 0.02;
const WORD_EDGE = 0.4;

/** Pieces that a value holds all of, in one of the ways in which a pattern can match it. */
export interface Way {
  /** The rarest, which are worth looking for, the rarest first; none where the pattern can match anything. */
  readonly telling: readonly Piece[];
  /** Others, of which it is only worth to know whether a value has the characters for them. */
  readonly others: readonly Piece[];
}

/**
 * What a value holds in which a pattern matches: of one way at least all pieces. What takes no part in every
 * match is left out: what may be absent, look-arounds, back-references, and what long repetitions hold.
 */
export function requiredPieces(pattern: RegExp): readonly Way[] {
  return known.of(`${pattern.flags}/${pattern.source}`, () => waysOf(pattern));
}

const known = new Derivation<readonly Way[]>("pieces");

function waysOf(pattern: RegExp): readonly Way[] {
  const { alternatives } = unwrapped(syntaxTree(pattern));
  const reader = new PieceReader(pattern.flags);
  const ways = alternatives.length <= MOST_WAYS ? alternatives.map((one) => [one]) : [alternatives];
  return ways.map((some) => wayOf(piecesOf(reader.alternatives(some)), pattern.flags));
}

/** A pattern that is all one group is what the group holds. */
function unwrapped(node: AST.Pattern | AST.Group | AST.CapturingGroup): AST.Pattern | AST.Group | AST.CapturingGroup {
  const [only, ...others] = node.alternatives;
  const [element, ...more] = only?.elements ?? [];
  const isGroup = element?.type === "Group" || element?.type === "CapturingGroup";
  return isGroup && others.length === 0 && more.length === 0 ? unwrapped(element) : node;
}

function wayOf(all: readonly Piece[], flags: string): Way {
  const isCommon = (raw: string): boolean => chanceOf(raw, flags) > COMMON;
  const sources = new Map(all.map(({ source, chance }) => [trimmed(source, isCommon), chance]));
  sources.delete("");
  // Counting takes long, and where there is no choice nothing hangs on it.
  const counted = (source: string, chance: number): number =>
    sources.size === 1 ? chance : typicalChance(source, flags, chance);
  const pieces = Array.from(sources, ([source, chance]) => ({ source, chance: counted(source, chance) })).toSorted(
    (a, b) => a.chance - b.chance,
  );
  let together = 1;
  const telling = pieces.filter(({ chance }, i) => {
    const isWanted = i === 0 || (i < MOST_PIECES && together > RARE_ENOUGH && chance < WORTH_MORE);
    together *= chance;
    return isWanted;
  });
  return { telling, others: pieces.slice(telling.length, telling.length + MOST_PIECES) };
}

function isWhole(stretch: Stretch): stretch is Piece {
  return "source" in stretch;
}

function piecesOf(stretch: Stretch): readonly Piece[] {
  return isWhole(stretch) ? [stretch] : [stretch.prefix, ...stretch.within, stretch.suffix];
}

function joined(before: Piece, after: Piece): Piece {
  return { source: before.source + after.source, chance: before.chance * after.chance };
}

/** What matches where one of some pieces does. */
function anyOf(pieces: readonly Piece[]): Piece {
  if (pieces.some(({ source }) => source === "")) return NOTHING;
  const sources = [...new Set(pieces.map(({ source }) => source))];
  if (sources.length === 1) return pieces[0] ?? NOTHING;
  return {
    source: `(?:${sources.join("|")})`,
    chance: Math.min(
      1,
      pieces.reduce((sum, { chance }) => sum + chance, 0),
    ),
  };
}

function rarest(pieces: readonly Piece[]): Piece {
  return pieces.reduce((best, piece) => (piece.chance < best.chance ? piece : best), NOTHING);
}

class PieceReader {
  readonly #flags: string;

  constructor(flags: string) {
    this.#flags = flags;
  }

  alternatives(alternatives: readonly AST.Alternative[]): Stretch {
    const stretches = alternatives.map(({ elements }) => this.#sequence(elements));
    const [only] = stretches;
    if (only !== undefined && stretches.length === 1) return only;
    // An empty alternative makes the others optional, and is no gap.
    if (stretches.every(isWhole)) {
      const some = anyOf(stretches.filter(({ source }) => source !== ""));
      return stretches.some(({ source }) => source === "") ? { source: `(?:${some.source})?`, chance: 1 } : some;
    }
    return {
      prefix: anyOf(stretches.map((stretch) => (isWhole(stretch) ? stretch : stretch.prefix))),
      within: [anyOf(stretches.map((stretch) => rarest(piecesOf(stretch))))],
      suffix: anyOf(stretches.map((stretch) => (isWhole(stretch) ? stretch : stretch.suffix))),
    };
  }

  #sequence(elements: readonly AST.Element[]): Stretch {
    let prefix: Piece | undefined;
    const within: Piece[] = [];
    let current = NOTHING;
    for (const element of elements) {
      const stretch = this.#element(element);
      if (isWhole(stretch)) {
        current = joined(current, stretch);
        continue;
      }
      const before = joined(current, stretch.prefix);
      if (prefix === undefined) prefix = before;
      else within.push(before);
      within.push(...stretch.within);
      current = stretch.suffix;
    }
    return prefix === undefined ? current : { prefix, within, suffix: current };
  }

  #element(element: AST.Element): Stretch {
    switch (element.type) {
      case "Character":
      case "CharacterClass":
      case "CharacterSet":
      case "ExpressionCharacterClass":
        return { source: element.raw, chance: chanceOf(element.raw, this.#flags) };
      case "Group":
      case "CapturingGroup":
        return this.alternatives(element.alternatives);
      case "Quantifier":
        return this.#quantifier(element);
      case "Assertion":
        return this.#assertion(element);
      case "Backreference":
      default:
        return GAP;
    }
  }

  #quantifier({ element, min, max }: AST.Quantifier): Stretch {
    if (max === 0) return NOTHING;
    const inner = this.#element(element);
    if (!isWhole(inner)) return min === 0 ? GAP : inner;
    if (inner.source === "") return NOTHING;
    const copies = Math.min(min, MOST_COPIES);
    const chance = inner.chance ** copies;
    if (max === 1) return { source: `(?:${inner.source})${min === 0 ? "?" : ""}`, chance };
    if (max > 2 && typicalRun(inner.source, this.#flags) > LONGEST_RUN) {
      const least = copies === 0 ? NOTHING : { source: `(?:${inner.source}){${copies}}`, chance };
      return { prefix: least, within: [], suffix: least };
    }
    return { source: `(?:${inner.source}){${copies},${max === copies ? copies : ""}}`, chance };
  }

  /**
   * What a look-ahead at the end of an alternative sees stands in the text too, but what follows in the pattern may overlap with
   * it. Other look-arounds hold for what is absent, or for what other pieces match already.
   */
  #assertion(element: AST.Assertion): Stretch {
    if (!("alternatives" in element))
      return { source: element.raw, chance: element.kind === "word" ? WORD_EDGE : LINE_EDGE };
    const isLast = element.parent.type === "Alternative" && element.parent.elements.at(-1) === element;
    if (element.kind === "lookbehind" || element.negate || !isLast) return NOTHING;
    const [prefix = NOTHING, ...within] = piecesOf(this.alternatives(element.alternatives));
    return { prefix, within, suffix: NOTHING };
  }
}
