import type { AST } from "@eslint-community/regexpp";

/** What a backtracking engine may do with a piece of a pattern, at worst, from one position. */
interface Cost {
  readonly steps: number;
  /** In how many ways, of different length or kind, the piece may match. */
  readonly ways: number;
}

const LENGTHS = [8, 16, 32, 64, 128, 256, 512, 1024, 4096, Infinity];
/** Stands for a value without end: even the largest count of a repetition stays below. */
const ENDLESS = 1e9;
/** Steps a byte, at most, of V8's own engine: some hundred millions fit in a second. */
const MOST_STEPS_PER_BYTE = 300;

/** Flags that hold for a group only. V8 misses matches with them: `/(?i:x|,[a-f])/` does not find ",A" (Node 26.10). */
const MODIFIERS = /\(\?(?:[ims]+(?:-[ims]*)?|-[ims]+):/;

/**
 * The length up to which V8's backtracking engine takes at most a few hundred steps for each byte of any value;
 * `Infinity` where that holds for every length. An estimate from the pattern's syntax: too low rather than too high.
 * -1 where V8 is not to be used at all.
 */
export function safeLength(pattern: RegExp, tree: AST.Pattern): number {
  const isAnchored =
    !pattern.multiline &&
    tree.alternatives.every(({ elements: [first] }) => first?.type === "Assertion" && first.kind === "start");
  let safe = -1;
  if (MODIFIERS.test(pattern.source)) return safe;
  for (const length of LENGTHS) {
    const size = Math.min(length, ENDLESS);
    const { steps } = alternatives(tree.alternatives, size);
    // What is anchored is tried from one position only.
    if (steps / (isAnchored ? size : 1) > MOST_STEPS_PER_BYTE) break;
    safe = length;
  }
  return safe;
}

function alternatives(branches: readonly AST.Alternative[], length: number): Cost {
  const costs = branches.map(({ elements }) => sequence(elements, length));
  return {
    // Most branches fail at their first character.
    steps: Math.max(...costs.map(({ steps }) => steps)) + branches.length / 8,
    ways: Math.max(...costs.map(({ ways }) => ways)),
  };
}

function sequence(elements: readonly AST.Element[], length: number): Cost {
  let steps = 0;
  let ways = 1;
  for (const element of elements) {
    const cost = elementCost(element, length);
    steps += ways * cost.steps;
    ways *= cost.ways;
  }
  return { steps, ways };
}

function elementCost(element: AST.Element, length: number): Cost {
  switch (element.type) {
    case "Group":
    case "CapturingGroup":
      return alternatives(element.alternatives, length);
    case "Quantifier":
      return repetition(element, length);
    case "Assertion":
      if (element.kind === "lookahead" || element.kind === "lookbehind")
        return { steps: alternatives(element.alternatives, length).steps, ways: 1 };
      return { steps: 1, ways: 1 };
    case "Backreference":
      return { steps: length, ways: 1 };
    case "Character":
    case "CharacterClass":
    case "CharacterSet":
    case "ExpressionCharacterClass":
    default:
      return { steps: 1, ways: 1 };
  }
}

function repetition({ element, min, max }: AST.Quantifier, length: number): Cost {
  const body = elementCost(element, length);
  const most = Math.min(max, length);
  const lengths = Math.max(1, most - Math.min(min, length) + 1);
  if (most <= 1) return { steps: body.steps, ways: body.ways + (min === 0 ? 1 : 0) };
  if (body.ways === 1 && !hasChoice(element)) return { steps: most * body.steps, ways: lengths };
  // Each turn multiplies the ways of the one before.
  const branching = Math.max(2, body.ways);
  const ways = branching ** Math.min(most, 64) * lengths;
  return { steps: ways * body.steps, ways };
}

/** Whether there are alternatives within, several of which may match the same text. */
function hasChoice(element: AST.Element): boolean {
  if (element.type === "Quantifier") return hasChoice(element.element);
  if (element.type !== "Group" && element.type !== "CapturingGroup") return false;
  return element.alternatives.length > 1 || element.alternatives.some(({ elements }) => elements.some(hasChoice));
}
