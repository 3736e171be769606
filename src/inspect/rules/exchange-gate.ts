import type { ActiveRule } from "./active-rule.ts";
import { pipelineEffect } from "./pipeline-effect.ts";
import { commonnessOfAny } from "./rarity.ts";
import type { Link } from "./rule.ts";
import { EDGE } from "./operators/operator.ts";
import { WordSearch } from "./word-search.ts";

/** Shorter words are in too many bodies to tell anything. */
const SHORTEST = 3;

/** Tells which rules that look at the whole body can match it, from the words in it: most bodies hold none. */
export class ExchangeGate {
  /** For each rule, the numbers of the words of which a body must hold one. */
  readonly #needs = new Map<ActiveRule, readonly number[]>();
  readonly #search: WordSearch;
  readonly #words: number;

  constructor(rules: readonly ActiveRule[]) {
    const numbers = new Map<string, number>();
    for (const active of rules) {
      const words = wordsOfBody(active);
      if (words === undefined) continue;
      for (const word of words) if (!numbers.has(word)) numbers.set(word, numbers.size);
      this.#needs.set(
        active,
        words.map((word) => numbers.get(word) ?? 0),
      );
    }
    this.#search = new WordSearch([...numbers.keys()]);
    this.#words = numbers.size;
  }

  /** The rules that are left for a body. */
  open(rules: readonly ActiveRule[], body: Uint8Array): readonly ActiveRule[] {
    if (this.#words === 0) return rules;
    const found = new Uint8Array(this.#words);
    this.#search.scan(body, 0, body.length, (word) => {
      found[word] = 1;
    });
    return rules.filter((active) => this.#needs.get(active)?.some((word) => found[word] === 1) ?? true);
  }
}

/** Words of which the body must hold one for a rule to match; undefined where that cannot be told. */
function wordsOfBody({ rule }: ActiveRule): string[] | undefined {
  const found = rule.links.map(wordsOfLink).filter((words) => words !== undefined);
  return found.toSorted((a, b) => commonnessOfAny(a) - commonnessOfAny(b))[0];
}

function wordsOfLink({ targets, operator, transformations }: Link): string[] | undefined {
  const isBody = targets.every(({ collection, count }) => collection === "RESPONSE_BODY" && !count);
  if (!isBody || operator.negated || operator.constant === undefined) return undefined;
  const effect = pipelineEffect(transformations);
  if (effect.doubts.length > 0) return undefined;
  const words: string[] = [];
  for (const branch of operator.constant.need) {
    const usable = branch.words
      .map((group) => group.map((word) => effect.word(word.replaceAll(EDGE, ""))))
      .filter((group) => group.every((word) => word.length >= SHORTEST))
      .toSorted((a, b) => commonnessOfAny(a) - commonnessOfAny(b));
    if (usable[0] === undefined) return undefined;
    words.push(...usable[0]);
  }
  return words;
}
