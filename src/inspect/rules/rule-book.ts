import { charClasses } from "../../core/char-class.ts";
import { type ActiveRule, looksAtLeaves } from "./active-rule.ts";
import { CleanTexts } from "./clean-texts.ts";
import { ExchangeGate } from "./exchange-gate.ts";
import { fromByteString, toByteString } from "./byte-string.ts";
import { RuleFilter } from "./filter/rule-filter.ts";
import type { Place } from "./collections.ts";
import { isSettled, type LeafMatch, LeafRules, matchesOf, type Opened, type Surroundings } from "./leaf-rules.ts";
import type { Statement } from "./rule.ts";
import { type RuleSettings, settle, type SettledRules } from "./settle.ts";
import { decodedVariants, ENCODED_TEXT } from "./variants.ts";

const NO_MATCHES: readonly LeafMatch[] = [];

/** Where a text stands, and the `CharClass` bits of its characters. */
export interface TextAt {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly classes: number;
}

type ByPlace = Readonly<Record<Place, LeafRules>>;

/** The rules that one policy has in force, ready to be run. */
export class RuleBook {
  readonly settled: SettledRules;
  readonly gate: ExchangeGate;
  /** What leaf rules see where no exchange is around. */
  readonly nowhere: Surroundings;
  /** Every leaf rule, for values as they come. */
  readonly leaves: ByPlace;
  readonly #decoded: ByPlace;
  readonly #clean = { values: new CleanTexts(), keys: new CleanTexts() };

  /** Settles packs under a policy and plans their leaf rules. */
  constructor(statements: readonly Statement[], settings: RuleSettings) {
    this.settled = settle(statements, settings);
    this.gate = new ExchangeGate(this.settled.exchangeRules);
    this.nowhere = { variables: this.settled.variables, collections: () => [] };
    const filter = new RuleFilter([...this.settled.leafRules, ...this.settled.openers], [ENCODED_TEXT]);
    filter.ready();
    this.leaves = forPlaces(filter, () => true);
    this.#decoded = forPlaces(filter, ({ rule, opens }) => rule.own && opens === undefined);
  }

  /**
   * Every leaf rule that matches a text as it is or, of Lazaret's own pack, as it decodes; each rule once. `classes` are
   * the text's. Fields of headers are byte strings as they come.
   */
  matches(
    place: Place,
    text: string,
    classes: number = charClasses(text),
    around: Surroundings = this.nowhere,
  ): readonly LeafMatch[] {
    const opened = this.leaves[place].lookAt(place === "headers" ? text : toByteString(text, classes), classes);
    return opened === undefined ? NO_MATCHES : this.#matchesOf(place, opened, text, around);
  }

  /** As `matches`, for a text that stands as it is in UTF-8 `bytes`, from `from` up to before `to`: nearly always nothing is copied. */
  matchesIn(
    place: Exclude<Place, "headers">,
    { bytes, from, to, classes }: TextAt,
    around: Surroundings = this.nowhere,
  ): readonly LeafMatch[] {
    const clean = this.#clean[place];
    const hash = clean.hashOf(bytes, from, to);
    if (hash !== undefined && clean.has(hash, bytes, from, to)) return NO_MATCHES;
    const opened = this.leaves[place].look(bytes, from, to, classes);
    const matches =
      opened === undefined
        ? NO_MATCHES
        : this.#matchesOf(place, opened, fromByteString(opened.subject.plain.value), around);
    const isClean = matches.length === 0 && (opened === undefined || isSettled(opened));
    if (isClean && hash !== undefined) clean.add(hash, bytes, from, to);
    return matches;
  }

  #matchesOf(place: Place, opened: Opened, text: string, around: Surroundings): readonly LeafMatch[] {
    const matches = matchesOf(opened, around);
    const variants = opened.isNotable ? decodedVariants(text, opened.subject.plain.classes) : [];
    return variants.length === 0 ? matches : this.#withVariants(place, matches, variants, around);
  }

  /** Adds what own rules match in the decoded forms of a text, each rule once. */
  #withVariants(
    place: Place,
    matches: readonly LeafMatch[],
    variants: readonly string[],
    around: Surroundings,
  ): readonly LeafMatch[] {
    const all = [...matches];
    for (const variant of variants) {
      const classes = charClasses(variant);
      for (const match of this.#decoded[place].matches(toByteString(variant, classes), classes, around))
        if (!all.some(({ active }) => active === match.active)) all.push(match);
    }
    return all;
  }
}

function forPlaces(filter: RuleFilter, isMeant: (active: ActiveRule) => boolean): ByPlace {
  const at = (place: Place): LeafRules =>
    new LeafRules(filter, (active) => isMeant(active) && looksAtLeaves(active.rule.links[0], place));
  return { values: at("values"), keys: at("keys"), headers: at("headers") };
}
