import { charClasses } from "../../core/char-class.ts";
import type { Detection } from "../../core/finding.ts";
import { isFormula } from "../../core/formula.ts";
import type { LeafKind, Part } from "../../core/part.ts";
import type { LeafShape } from "../../core/leaf-shape.ts";
import { type PathKind, pathKind } from "../../core/policy.ts";
import type { InspectionContext } from "../../core/stage.ts";
import type { ActiveRule } from "./active-rule.ts";
import type { Place } from "./collections.ts";
import { byteStringIn } from "./byte-string.ts";
import { contextScore } from "./context.ts";
import { ruleDetection } from "./detections.ts";
import type { ExchangeRun } from "./exchange-rules.ts";
import { leafPlace } from "./leaf-name.ts";
import type { LeafMatch, Surroundings } from "./leaf-rules.ts";
import { looksAtLeaf } from "./looks-at.ts";
import { mayNameOrigin, ownOriginOf, withoutOrigin } from "./own-origin.ts";
import type { RuleBook } from "./rule-book.ts";
import { thresholdOf } from "./threshold.ts";

/** Runs the leaf rules of a policy over the parts of one exchange. */
export class LeafInspector {
  readonly #book: RuleBook;
  readonly #run: ExchangeRun;
  readonly #around: Surroundings;
  readonly #context: InspectionContext;
  readonly #sanitizeMarkup: (html: string) => string;
  readonly #threshold: number;
  readonly #ownOrigin: string | undefined;
  readonly #opened = new Set<ActiveRule>();

  constructor(book: RuleBook, run: ExchangeRun, context: InspectionContext, sanitizeMarkup: (html: string) => string) {
    this.#book = book;
    this.#run = run;
    this.#around = run.around;
    this.#context = context;
    this.#sanitizeMarkup = sanitizeMarkup;
    this.#threshold = thresholdOf(book, context);
    this.#ownOrigin = ownOriginOf(context.policy.upstream);
  }

  /** Rules for the whole exchange whose first link matched some leaf so far. */
  get opened(): ReadonlySet<ActiveRule> {
    return this.#opened;
  }

  inspect(part: Part): Detection[] {
    const { leaves } = part;
    const { budget } = this.#context;
    const detections: Detection[] = [];
    for (let leaf = 0; leaf < leaves.length; leaf++) {
      if ((leaf & 0xff) === 0xff) budget.checkTime();
      const place = leafPlace(part, leaf);
      if (place === undefined) continue;
      const isInPlace = place !== "headers" && this.#standsInPlace(part, leaf);
      const matches = isInPlace ? this.#matchesInPlace(part, leaf, place) : this.#matchesOf(part, leaf, place);
      if (matches.length > 0)
        detections.push(...this.#judged(this.#meant(matches, place, part, leaf), part, leaf, place));
    }
    return detections;
  }

  /** Whether the source holds the text that rules see as it is, so that only what may match is copied. */
  #standsInPlace({ leaves, source }: Part, leaf: number): boolean {
    if (!leaves.isVerbatim(leaf) || leaves.kind(leaf) === "cell") return false;
    if (this.#ownOrigin === undefined || !mayNameOrigin(leaves.classes(leaf))) return true;
    const { start, end } = leaves.span(leaf);
    return !byteStringIn(source, start, end).includes(this.#ownOrigin);
  }

  #matchesInPlace({ leaves, source }: Part, leaf: number, place: Exclude<Place, "headers">): readonly LeafMatch[] {
    const { start, end } = leaves.span(leaf);
    const classes = leaves.classes(leaf);
    return this.#book.matchesIn(place, { bytes: source, from: start, to: end, classes }, this.#around);
  }

  #matchesOf({ leaves }: Part, leaf: number, place: Place): readonly LeafMatch[] {
    const value = undefused(leaves.value(leaf), leaves.kind(leaf));
    const text = this.#ownOrigin === undefined ? value : withoutOrigin(value, this.#ownOrigin);
    return this.#book.matches(place, text, text === value ? leaves.classes(leaf) : charClasses(text), this.#around);
  }

  #meant(matches: readonly LeafMatch[], place: Place, part: Part, leaf: number): readonly LeafMatch[] {
    return matches.filter(({ active }) => this.#isMeant(active, place, part, leaf));
  }

  #isMeant(active: LeafMatch["active"], place: Place, part: Part, leaf: number): boolean {
    const { removals } = this.#run;
    return !removals.isOut(active.rule) && looksAtLeaf(active, place, part, leaf, removals.targetsOutOf(active.rule));
  }

  /** Every rule that matches is a finding; below the threshold, taken over the leaf, it only reports. */
  #judged(matches: readonly LeafMatch[], part: Part, leaf: number, place: Place): Detection[] {
    for (const { active } of matches) if (active.opens !== undefined) this.#opened.add(active.opens);
    const logged = matches.filter(({ active: { rule, opens } }) => rule.logs && opens === undefined);
    if (logged.length === 0) return [];
    const declared = this.#declared(part, leaf);
    // HTML and files have a part of their own, which is inspected as what it is.
    if (declared === "opaque" || declared === "file" || declared === "html") return [];
    const remedy = place === "values" ? this.#markupRemedy(logged, part.leaves.value(leaf)) : {};
    const score = place === "values" ? this.#scoreInContext(logged, part, leaf, declared) : scoreOf(logged);
    const isReport = declared === "code" || score < this.#threshold;
    return logged.map(({ active, matched }) => ({
      ...ruleDetection(active, matched, part),
      leaf,
      ...remedy,
      ...(isReport ? { atMost: "report" } : {}),
    }));
  }

  /** What the policy says of a value, else what the vendor's schemas say of the body. */
  #declared(part: Part, leaf: number): PathKind | LeafShape | undefined {
    const { policy } = this.#context;
    const segments = part.leaves.segments(leaf);
    return pathKind(policy, segments) ?? (part.carrier.kind === "body" ? policy.shapeOf?.(segments) : undefined);
  }

  /** What the matches are worth, given what the value is: a quotation, or an attack. */
  #scoreInContext(
    matches: readonly LeafMatch[],
    part: Part,
    leaf: number,
    declared: PathKind | LeafShape | undefined,
  ): number {
    const rulesIn = (text: string): ActiveRule[] => rulesOf(this.#book.matches("values", text));
    const { leaves } = part;
    return contextScore(rulesOf(matches), leaves.value(leaf), leaves.classes(leaf), declared, rulesIn).score;
  }

  /** Markup keeps its safe part, where that is all that was wrong with it. */
  #markupRemedy(matches: readonly LeafMatch[], value: string): Pick<Detection, "remedy"> {
    if (!/<[a-z]/i.test(value) || matches.some(({ active: { rule } }) => rule.category !== "xss")) return {};
    const safe = this.#sanitizeMarkup(value);
    if (safe.trim() === "" || safe === value) return {};
    if (this.#book.matches("values", safe).length > 0) return {};
    return { remedy: { kind: "rewrite", rewrite: (text) => (text === value ? safe : this.#sanitizeMarkup(text)) } };
  }
}

function rulesOf(matches: readonly LeafMatch[]): ActiveRule[] {
  return matches.map(({ active }) => active);
}

function scoreOf(matches: readonly LeafMatch[]): number {
  return matches.reduce((sum, { active }) => sum + active.score, 0);
}

/** The apostrophe that keeps a cell from being a formula is no quote that ends a string. */
function undefused(value: string, kind: LeafKind): string {
  return kind === "cell" && value.startsWith("'") && isFormula(value.slice(1)) ? value.slice(1) : value;
}
