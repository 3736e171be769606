import { CharClass, charClasses } from "../../core/char-class.ts";
import type { Detection } from "../../core/finding.ts";
import { isFormula } from "../../core/formula.ts";
import { type LeafKind, type Part, partsOf } from "../../core/part.ts";
import { type PathKind, pathKind } from "../../core/policy.ts";
import type { InspectionContext, Stage } from "../../core/stage.ts";
import { contextScore } from "./context.ts";
import type { Rule, Target } from "./rule.ts";
import { type RuleMatch, RuleSet } from "./rule-set.ts";
import { decodedVariants } from "./variants.ts";

/** Characters of which an attack needs one; words alone need a space between them. */
const HARMLESS = CharClass.letter | CharClass.digit | CharClass.comma | CharClass.hyphen;
/** Distinct harmless keys that are remembered, so that the keys of a long list are looked at once. */
const MOST_KEYS = 4096;

/** The `rules` stage: every leaf and every header field against the packs that policy names. */
export function createRulesStage(
  packs: ReadonlyMap<string, readonly Rule[]>,
  sanitizeMarkup: (html: string) => string,
): Stage {
  const sets = new Map<string, PolicyRules>();
  return {
    name: "rules",
    inspect(tree, context) {
      const { paranoia, packs: names } = context.policy.rules;
      const key = `${paranoia} ${names.join("\n")}`;
      const rules =
        sets.get(key) ??
        new PolicyRules(
          new RuleSet(
            names.flatMap((name) => packs.get(name) ?? []),
            paranoia,
          ),
          sanitizeMarkup,
        );
      sets.set(key, rules);
      return [tree.headers, ...partsOf(tree.body)].flatMap((part) => rules.inspect(part, context));
    },
  };
}

/** The rules that one policy has in force, and what is known to be harmless under them. */
class PolicyRules {
  readonly #set: RuleSet;
  readonly #sanitizeMarkup: (html: string) => string;
  readonly #harmlessKeys = new Set<string>();

  constructor(set: RuleSet, sanitizeMarkup: (html: string) => string) {
    this.#set = set;
    this.#sanitizeMarkup = sanitizeMarkup;
  }

  inspect(part: Part, context: InspectionContext): Detection[] {
    const { leaves } = part;
    const detections: Detection[] = [];
    for (let leaf = 0; leaf < leaves.length; leaf++) {
      if ((leaf & 0xff) === 0xff) context.budget.checkTime();
      const kind = leaves.kind(leaf);
      if (kind === "number" || kind === "literal") continue;
      const classes = leaves.classes(leaf);
      const target: Target = kind === "key" ? "keys" : kind === "header" ? "headers" : "values";
      if (target !== "keys" && (classes & ~HARMLESS) === 0) continue;
      const value = withoutOwnOrigin(undefused(leaves.value(leaf), kind), classes, context.policy.upstream);
      const matches = target === "keys" ? this.#key(value, classes) : this.#value(target, value, classes);
      if (matches.length === 0) continue;
      const declared = pathKind(context.policy, leaves.segments(leaf));
      // HTML and files have a part of their own, which is inspected as what it is.
      if (declared === "opaque" || declared === "file" || declared === "html") continue;
      const remedy = target === "values" ? this.#markupRemedy(matches, value, classes) : undefined;
      const score = target === "values" ? this.#scoreInContext(matches, value, classes, declared) : scoreOf(matches);
      const atMost = declared === "code" || score < context.policy.rules.threshold;
      detections.push(...detectionsOf(matches, part, leaf, { ...remedy, ...(atMost ? { atMost: "report" } : {}) }));
    }
    return detections;
  }

  /** What the matches are worth, given what the value is: a quotation, or an attack. */
  #scoreInContext(
    matches: readonly RuleMatch[],
    value: string,
    classes: number,
    declared: PathKind | undefined,
  ): number {
    const rulesIn = (text: string): Rule[] => rulesOf(this.#value("values", text, charClasses(text)));
    return contextScore(rulesOf(matches), value, classes, declared, rulesIn).score;
  }

  #key(key: string, classes: number): RuleMatch[] {
    if (this.#harmlessKeys.has(key)) return [];
    const matches = this.#value("keys", key, classes);
    if (matches.length === 0 && this.#harmlessKeys.size < MOST_KEYS) this.#harmlessKeys.add(key);
    return matches;
  }

  /** Markup keeps its safe part, where that is all that was wrong with it. */
  #markupRemedy(matches: readonly RuleMatch[], value: string, classes: number): Pick<Detection, "remedy"> {
    if ((classes & CharClass.less) === 0 || matches.some(({ rule }) => rule.category !== "xss")) return {};
    if (!/<[a-z]/i.test(value)) return {};
    const safe = this.#sanitizeMarkup(value);
    if (safe.trim() === "" || safe === value || this.#value("values", safe, charClasses(safe)).length > 0) return {};
    return { remedy: { kind: "rewrite", rewrite: (text) => (text === value ? safe : this.#sanitizeMarkup(text)) } };
  }

  /** Matches in the value and in what it decodes to, each rule once. */
  #value(target: Target, value: string, classes: number): RuleMatch[] {
    const matches = this.#set.matches(target, value, classes);
    for (const variant of decodedVariants(value, classes))
      for (const match of this.#set.matches(target, variant, charClasses(variant)))
        if (!matches.some(({ rule }) => rule === match.rule)) matches.push(match);
    return matches;
  }
}

/** The apostrophe that keeps a cell from being a formula is no quote that ends a string. */
function undefused(value: string, kind: LeafKind): string {
  return kind === "cell" && value.startsWith("'") && isFormula(value.slice(1)) ? value.slice(1) : value;
}

const URL_CLASSES = CharClass.colon | CharClass.slash;
/** A name that stands for the vendor itself; reserved (RFC 2606), so it means nothing else. */
const VENDOR = "https://vendor.example";

/** A vendor on an internal address may name itself: pagination links are no request forgery. */
function withoutOwnOrigin(value: string, classes: number, upstream: string | undefined): string {
  if (upstream === undefined || (classes & URL_CLASSES) !== URL_CLASSES) return value;
  const origin = URL.parse(upstream)?.origin;
  if (origin === undefined || !value.includes(origin)) return value;
  const pieces = value.split(origin);
  return pieces.reduce((text, piece) => text + (/^(?:$|[/?#\s"'<>)\],])/.test(piece) ? VENDOR : origin) + piece);
}

function rulesOf(matches: readonly RuleMatch[]): Rule[] {
  return matches.map(({ rule }) => rule);
}

function scoreOf(matches: readonly RuleMatch[]): number {
  return matches.reduce((sum, { rule }) => sum + rule.score, 0);
}

/** Every rule that matches is a finding; below the threshold, taken over the leaf, it only reports. */
function detectionsOf(
  matches: readonly RuleMatch[],
  part: Part,
  leaf: number,
  outcome: Pick<Detection, "remedy" | "atMost">,
): Detection[] {
  return matches.map(({ rule, matched }) => ({
    stage: "rules",
    category: rule.category,
    rule: rule.id,
    severity: rule.severity,
    message: rule.message,
    part,
    leaf,
    evidence: matched,
    ...outcome,
  }));
}
