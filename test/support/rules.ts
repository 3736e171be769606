import { fileURLToPath } from "node:url";
import { charClasses } from "../../src/core/char-class.ts";
import { type ActiveRule, looksAtLeaves } from "../../src/inspect/rules/active-rule.ts";
import { toByteString } from "../../src/inspect/rules/byte-string.ts";
import type { Place } from "../../src/inspect/rules/collections.ts";
import { matchLeaf } from "../../src/inspect/rules/leaf-rules.ts";
import { loadPack, type Pack } from "../../src/inspect/rules/load.ts";
import { RuleBook } from "../../src/inspect/rules/rule-book.ts";
import { EDGE, type Need } from "../../src/inspect/rules/operators/operator.ts";
import { Subject } from "../../src/inspect/rules/subject.ts";

/** Lazaret's own pack. */
export async function ownPack(): Promise<Pack> {
  return await loadPack(fileURLToPath(new URL("../../rules", import.meta.url)));
}

/** Packs with all their rules in force. */
export function bookOf(...packs: readonly Pack[]): RuleBook {
  return new RuleBook(
    packs.flatMap(({ statements }) => statements),
    { paranoia: 4 },
  );
}

/** The ids of the rules that match a text as it stands, each tried with no plan. */
export function plainLoop(book: RuleBook, place: Place, text: string): string[] {
  const classes = charClasses(text);
  const bytes = toByteString(text, classes);
  return book.settled.leafRules
    .filter((active) => looksAt(active, place))
    .filter((active) => matchLeaf(active, new Subject(bytes, classes), book.nowhere) !== undefined)
    .map(({ rule }) => rule.id);
}

function looksAt({ rule }: ActiveRule, place: Place): boolean {
  const collections: Readonly<Record<Place, RegExp>> = {
    values: /^(?:ARGS|ARGS_POST|XML)$/,
    keys: /^ARGS(?:_POST)?_NAMES$/,
    headers: /^RESPONSE_HEADERS$/,
  };
  return (
    looksAtLeaves(rule.links[0]) &&
    rule.links[0].targets.some(
      ({ collection, excluded, count }) => !excluded && !count && collections[place].test(collection),
    )
  );
}

/** A text as rules see it. */
export function subjectOf(text: string): Subject {
  const classes = charClasses(text);
  return new Subject(toByteString(text, classes), classes);
}

/** Whether a byte string has what a need asks for: looked up word by word, with no search and no plan. */
export function mayMatch(need: Need, bytes: string): boolean {
  const text = bytes.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const held = charClasses(bytes);
  return need.some(
    ({ classes, words, first }) =>
      classes.every((mask) => (mask & held) !== 0) &&
      words.every((group) => group.some((word) => holdsWord(text, word))) &&
      (first === undefined || text.split("\n").some((line) => (charClasses(line.slice(0, 1)) & first) !== 0)),
  );
}

function holdsWord(text: string, word: string): boolean {
  const [, before, bare = "", after] = new RegExp(`^(${EDGE}?)(.*?)(${EDGE}?)$`, "s").exec(word) ?? [];
  return new RegExp(`${before ? "(?<!\\w)" : ""}${RegExp.escape(bare)}${after ? "(?!\\w)" : ""}`).test(text);
}
