import type { InspectionContext, Stage, Tree } from "../../core/stage.ts";
import type { Detection } from "../../core/finding.ts";
import { partsOf } from "../../core/part.ts";
import type { Policy } from "../../core/policy.ts";
import { exchangeDetections } from "./detections.ts";
import { exchangeCollections } from "./exchange-collections.ts";
import { ExchangeRun } from "./exchange-rules.ts";
import { LeafInspector } from "./leaf-inspector.ts";
import type { Pack } from "./load.ts";
import { ruleBookOf } from "./known-packs.ts";
import type { RuleBook } from "./rule-book.ts";
import { thresholdOf } from "./threshold.ts";

/**
 * The `rules` stage: every leaf and header field, and the response as a whole, against the packs that policy names. The rules
 * of the policies given are planned at once, so that no exchange pays for it out of its time.
 */
export function createRulesStage(
  packs: ReadonlyMap<string, Pack>,
  policies: Iterable<Policy>,
  sanitizeMarkup: (html: string) => string,
): Stage {
  const books = new Map<string, RuleBook>();
  const bookFor = ({ rules }: Policy): RuleBook => {
    const key = `${rules.paranoia ?? ""} ${rules.packs.join("\n")}`;
    const known = books.get(key);
    if (known !== undefined) return known;
    const book = ruleBookOf(
      rules.packs.flatMap((name) => packs.get(name) ?? []),
      { paranoia: rules.paranoia },
    );
    books.set(key, book);
    return book;
  };
  for (const policy of policies) bookFor(policy);
  return {
    name: "rules",
    inspect: (tree, context) => inspectTree(tree, bookFor(context.policy), context, sanitizeMarkup),
  };
}

/** What the rules of a policy find in one exchange. May throw `BudgetExceeded`. */
export function inspectTree(
  tree: Tree,
  book: RuleBook,
  context: InspectionContext,
  sanitizeMarkup: (html: string) => string,
): Detection[] {
  const { exchangeRules, variables } = book.settled;
  const collections = exchangeCollections(tree);
  const run = new ExchangeRun(variables, collections);
  run.try(book.gate.open(exchangeRules, tree.body.source));
  const inspector = new LeafInspector(book, run, context, sanitizeMarkup);
  const inLeaves = [tree.headers, ...partsOf(tree.body)].flatMap((part) => inspector.inspect(part));
  run.try([...inspector.opened].toSorted((a, b) => a.index - b.index));
  return [...inLeaves, ...exchangeDetections(run.matches, tree, thresholdOf(book, context))];
}
