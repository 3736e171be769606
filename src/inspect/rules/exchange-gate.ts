import { WordFilter } from "../../core/word-filter.ts";
import type { ActiveRule } from "./active-rule.ts";
import { pipelineEffect } from "./pipeline-effect.ts";
import { commonness } from "./rarity.ts";
import type { Link } from "./rule.ts";
import { EDGE } from "./operators/operator.ts";

/** A word that `WordFilter` takes. */
const USABLE = /^[\x21-\x7e]{3,}$/;

/** Tells which rules that look at the whole body can match it, from the words in it: most bodies hold none. */
export class ExchangeGate {
  readonly #words = new Map<ActiveRule, WordFilter>();
  readonly #any: WordFilter;

  constructor(rules: readonly ActiveRule[]) {
    const all: string[] = [];
    for (const active of rules) {
      const words = wordsOfBody(active);
      if (words === undefined) continue;
      this.#words.set(active, new WordFilter(words));
      all.push(...words);
    }
    this.#any = new WordFilter(all);
  }

  /** The rules that are left for a body. */
  open(rules: readonly ActiveRule[], body: Uint8Array): readonly ActiveRule[] {
    if (this.#words.size === 0) return rules;
    const isNone = !this.#any.isIn(body);
    return rules.filter((active) => {
      const words = this.#words.get(active);
      return words === undefined || (!isNone && words.isIn(body));
    });
  }
}

/** Words of which the body must hold one for a rule to match; undefined where that cannot be told. */
function wordsOfBody({ rule }: ActiveRule): string[] | undefined {
  const found = rule.links.map(wordsOfLink).filter((words) => words !== undefined);
  return found.toSorted((a, b) => a.length - b.length)[0];
}

function wordsOfLink({ targets, operator, transformations }: Link): string[] | undefined {
  const isBody = targets.every(({ collection, count }) => collection === "RESPONSE_BODY" && !count);
  if (!isBody || operator.negated || operator.constant === undefined) return undefined;
  const effect = pipelineEffect(transformations);
  if (effect.doubts.length > 0) return undefined;
  const words: string[] = [];
  for (const branch of operator.constant.need) {
    const usable = branch.words
      .map((group) => group.map((word) => longestPiece(effect.word(word.replaceAll(EDGE, "")))))
      .filter((group) => group.every((word) => USABLE.test(word)))
      .toSorted((a, b) => chance(a) - chance(b));
    if (usable[0] === undefined) return undefined;
    words.push(...usable[0]);
  }
  return words;
}

/** The longest piece without white space: what stands between may be any. */
function longestPiece(text: string): string {
  return text.split(/[^\x21-\x7e]+/).reduce((longest, piece) => (piece.length > longest.length ? piece : longest), "");
}

function chance(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + commonness(word), 0);
}
