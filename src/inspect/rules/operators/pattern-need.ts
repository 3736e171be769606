import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { type ElementNeed, GAP, type Item, QUOTES, sequenceNeed, wordGroup } from "./sequence-need.ts";
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
  let branches: (readonly Item[])[] = tree.alternatives.map(({ elements }) => elements.flatMap(withoutWrapping));
  for (;;) {
    const spelled = spellOut(branches);
    if (spelled === undefined) break;
    branches = spelled;
  }
  return (held) => branches.flatMap((items) => branchOf(items, pattern.ignoreCase, held));
}

function branchOf(items: readonly Item[], ignoreCase: boolean, held: number): NeedBranch[] {
  const need = sequenceNeed(items, { ignoreCase, held, isQuoteless: false });
  if (need === undefined) return [];
  const words = groupsOf(need);
  const first = firstClasses(items);
  const unquoted =
    words.length === 0 && (held & QUOTES) !== 0
      ? groupsOf(sequenceNeed(items, { ignoreCase, held, isQuoteless: true }) ?? need)
      : [];
  return [
    {
      classes: [...new Set(need.classes)],
      words,
      ...(unquoted.length === 0 ? {} : { unquotedWords: unquoted }),
      ...(first === undefined ? {} : { first }),
    },
  ];
}

function groupsOf({ words, exact }: ElementNeed): readonly (readonly string[])[] {
  return exact === undefined ? words : [...words, ...wordGroup(exact)];
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
  const spelled = alternatives.map(({ elements }) =>
    items.toSpliced(at, 1, ...gap, ...elements.flatMap(withoutWrapping), ...gap),
  );
  return branches.toSpliced(branch, 1, ...spelled);
}

/** The elements of a group that only holds them together. */
function withoutWrapping(item: AST.Element): readonly AST.Element[] {
  if (item.type !== "Group" && item.type !== "CapturingGroup") return [item];
  const [only, ...others] = item.alternatives;
  return only === undefined || others.length > 0 ? [item] : only.elements.flatMap(withoutWrapping);
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
