import { fileURLToPath } from "node:url";
import { charClasses } from "../../src/core/char-class.ts";
import { type ActiveRule, looksAtLeaves } from "../../src/inspect/rules/active-rule.ts";
import { toByteString } from "../../src/inspect/rules/byte-string.ts";
import type { Place } from "../../src/inspect/rules/collections.ts";
import { matchLeaf } from "../../src/inspect/rules/leaf-rules.ts";
import { loadPack, type Pack } from "../../src/inspect/rules/load.ts";
import { RuleBook } from "../../src/inspect/rules/rule-book.ts";
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

/** Whether a byte string has what an operator needs. */
export function mayMatch(need: RegExp | undefined, bytes: string): boolean {
  return need === undefined || need.test(bytes);
}
