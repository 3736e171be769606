import { charClasses } from "../../core/char-class.ts";
import { type ActiveRule, looksAtLeaves } from "./active-rule.ts";
import { ExchangeGate } from "./exchange-gate.ts";
import { toByteString } from "./byte-string.ts";
import { RuleFilter } from "./filter/rule-filter.ts";
import type { Place } from "./collections.ts";
import { type LeafMatch, LeafRules, type Surroundings } from "./leaf-rules.ts";
import type { Statement } from "./rule.ts";
import { type RuleSettings, settle, type SettledRules } from "./settle.ts";
import { decodedVariants, ENCODED_TEXT } from "./variants.ts";

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

  /** Whether a rule may match a value that stands as it is in UTF-8 `bytes`, from `from` up to before `to`: most hold nothing of any. */
  mayMatch(place: Place, bytes: Uint8Array, from: number, to: number, classes: number): boolean {
    return this.leaves[place].mayMatch(bytes, from, to, classes);
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
    const bytes = place === "headers" ? text : toByteString(text, classes);
    const matches = this.leaves[place].matches(bytes, classes, around);
    const variants = decodedVariants(text, classes);
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
