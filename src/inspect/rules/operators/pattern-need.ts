import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { type ElementNeed, GAP, type Item, mentionedClasses, sequenceNeed, wordGroup } from "./sequence-need.ts";
import type { Need, NeedBranch } from "./operator.ts";
import { firstClasses } from "./first-classes.ts";

/** Alternatives beyond which a pattern's need is summed up rather than spelled out. */
const MOST_BRANCHES = 256;

/**
 * What every match of a pattern must hold, read off its syntax tree: for each alternative, which classes of characters, which
 * words, and with what it begins. Never too much: an element that may be absent needs nothing. The more a value lacks, the more
 * a match in it needs: where there is no quote, what may be torn by quotes is in one piece.
 */
export function patternNeed(pattern: RegExp): (classes: number) => Need {
  const tree = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(pattern.source);
  let branches: (readonly Item[])[] = tree.alternatives.map(({ elements }) => elements);
  for (;;) {
    const spelled = spellOut(branches);
    if (spelled === undefined) break;
    branches = spelled;
  }
  const known = new Map<number, Need>();
  const mentioned = mentionedClasses(tree);
  return (classes) => {
    const held = classes & mentioned;
    const need = known.get(held) ?? branches.flatMap((items) => branchOf(items, pattern.ignoreCase, held));
    known.set(held, need);
    return need;
  };
}

function branchOf(items: readonly Item[], ignoreCase: boolean, held: number): NeedBranch[] {
  const need: ElementNeed | undefined = sequenceNeed(items, { ignoreCase, held });
  if (need === undefined) return [];
  const { classes, words, exact } = need;
  const first = firstClasses(items);
  return [
    {
      classes: [...new Set(classes)],
      words: exact === undefined ? words : [...words, ...wordGroup(exact)],
      ...(first === undefined ? {} : { first }),
    },
  ];
}

/** Replaces the widest group of alternatives by a branch for each; undefined where none is left or they would be too many. */
function spellOut(branches: readonly (readonly Item[])[]): (readonly Item[])[] | undefined {
  let widest = 1;
  let chosen: { branch: number; at: number; alternatives: readonly AST.Alternative[]; repeats: boolean } | undefined;
  for (const [branch, items] of branches.entries())
    for (const [at, item] of items.entries()) {
      const group = groupOf(item);
      if (group === undefined || group.alternatives.length <= widest) continue;
      widest = group.alternatives.length;
      chosen = { branch, at, ...group };
    }
  if (chosen === undefined || branches.length + widest > MOST_BRANCHES) return undefined;
  const { branch, at, alternatives, repeats } = chosen;
  const items = branches[branch] ?? [];
  const gap: readonly Item[] = repeats ? [GAP] : [];
  const spelled = alternatives.map(({ elements }) => items.toSpliced(at, 1, ...gap, ...elements, ...gap));
  return branches.toSpliced(branch, 1, ...spelled);
}

/** The alternatives of which an item is one, or repeats at least once. */
function groupOf(item: Item): { alternatives: readonly AST.Alternative[]; repeats: boolean } | undefined {
  if (item === GAP) return undefined;
  if (item.type === "Group" || item.type === "CapturingGroup")
    return { alternatives: item.alternatives, repeats: false };
  if (item.type !== "Quantifier" || item.min === 0) return undefined;
  const inner = groupOf(item.element);
  return inner === undefined ? undefined : { alternatives: inner.alternatives, repeats: item.max > 1 || inner.repeats };
}
