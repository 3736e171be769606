import { type AST, visitRegExpAST } from "@eslint-community/regexpp";
import { type ElementNeed, type NeedContext, QUOTES, sequenceNeed, wordGroup } from "./sequence-need.ts";
import { syntaxTree } from "../linear/syntax.ts";
import { classesOf, setClasses } from "./element-classes.ts";
import type { Need, NeedBranch } from "./operator.ts";
import { firstClasses } from "./first-classes.ts";

/** Alternatives beyond which a pattern's need is summed up rather than spelled out. */
const MOST_BRANCHES = 64;

/**
 * What every match of a pattern must hold, read off its syntax tree: for each alternative, which classes of characters, which
 * words, and with what it begins. Never too much: an element that may be absent needs nothing. The more a value lacks, the more
 * a match in it needs: where there is no quote, what may be torn by quotes is in one piece.
 */
export function patternNeed(pattern: RegExp): (classes: number) => Need {
  const tree = syntaxTree(pattern);
  let branches: (readonly AST.Element[])[] = tree.alternatives.map(({ elements }) => elements.flatMap(withoutWrapping));
  for (;;) {
    const spelled = spellOut(branches);
    if (spelled === undefined) break;
    branches = spelled;
  }
  const mentioned = mentionedClasses(tree);
  const known = new Map<number, Need>();
  return (classes) => {
    // Only what the pattern mentions makes a difference, so that values of few sorts have few needs.
    const held = classes & mentioned;
    const former = known.get(held);
    if (former !== undefined) return former;
    const plain = { ignoreCase: pattern.ignoreCase, held, isQuoteless: false, known: new Map() };
    const quoteless = { ...plain, isQuoteless: true, known: new Map() };
    const need = branches.flatMap((items) => branchOf(items, plain, quoteless));
    known.set(held, need);
    return need;
  };
}

function branchOf(items: readonly AST.Element[], plain: NeedContext, quoteless: NeedContext): NeedBranch[] {
  const need = sequenceNeed(items, plain);
  if (need === undefined) return [];
  const words = groupsOf(need);
  const first = firstClasses(items);
  const unquoted =
    words.length === 0 && (plain.held & QUOTES) !== 0 ? groupsOf(sequenceNeed(items, quoteless) ?? need) : [];
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
function spellOut(branches: readonly (readonly AST.Element[])[]): (readonly AST.Element[])[] | undefined {
  let widest: readonly AST.Alternative[] = [];
  let branch = 0;
  let at = 0;
  for (const [i, items] of branches.entries())
    for (const [k, item] of items.entries()) {
      const alternatives = alternativesOf(item);
      if (alternatives.length < 2 || alternatives.length <= widest.length) continue;
      widest = alternatives;
      branch = i;
      at = k;
    }
  if (widest.length === 0 || branches.length + widest.length > MOST_BRANCHES) return undefined;
  const items = branches[branch] ?? [];
  const spelled = widest.map(({ elements }) => items.toSpliced(at, 1, ...elements.flatMap(withoutWrapping)));
  return branches.toSpliced(branch, 1, ...spelled);
}

/** Every class that some element of a pattern names: what a value lacks of them changes what a match needs. */
function mentionedClasses(pattern: AST.Pattern): number {
  let mask = 0;
  visitRegExpAST(pattern, {
    onCharacterEnter: ({ value }) => {
      mask |= classesOf(value, value);
    },
    onCharacterClassRangeEnter: ({ min, max }) => {
      mask |= classesOf(min.value, max.value);
    },
    onCharacterSetEnter: (set) => {
      if (set.kind !== "any") mask |= setClasses(set);
    },
  });
  return mask;
}

/** The elements of a group that only holds them together. */
function withoutWrapping(item: AST.Element): readonly AST.Element[] {
  if (item.type !== "Group" && item.type !== "CapturingGroup") return [item];
  const [only, ...others] = item.alternatives;
  return only === undefined || others.length > 0 ? [item] : only.elements.flatMap(withoutWrapping);
}

/** The alternatives of which an item is one. */
function alternativesOf(item: AST.Element): readonly AST.Alternative[] {
  return item.type === "Group" || item.type === "CapturingGroup" ? item.alternatives : [];
}
