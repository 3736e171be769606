import { CharClass } from "./char-class.ts";
import type { Decision } from "./examination.ts";
import type { OwnUrls } from "./exchange.ts";
import { partsOf } from "./part.ts";
import type { Tree } from "./stage.ts";

/** An absolute URL of the vendor in the terms of the gateway; any other text as it is. */
export function relocated(reference: string, { from, to }: OwnUrls): string {
  for (const own of from)
    if (reference.startsWith(own) && /^(?:$|[/?#])/.test(reference.slice(own.length, own.length + 1)))
      return to + reference.slice(own.length);
  return reference;
}

const URL_CLASSES = CharClass.colon | CharClass.slash;

/** The leaves that are URLs of the vendor, each as a decision to rewrite it. */
export function relocations(tree: Tree, ownUrls: OwnUrls): Decision[] {
  const decisions: Decision[] = [];
  for (const part of partsOf(tree.body))
    for (let leaf = 0; leaf < part.leaves.length; leaf++) {
      const kind = part.leaves.kind(leaf);
      if (kind === "key" || kind === "number" || kind === "literal") continue;
      if ((part.leaves.classes(leaf) & URL_CLASSES) !== URL_CLASSES) continue;
      const evidence = part.leaves.value(leaf);
      if (relocated(evidence, ownUrls) === evidence) continue;
      decisions.push({
        action: "sanitize",
        detection: {
          stage: "own-urls",
          category: "header",
          rule: "lazaret/own-url",
          severity: "low",
          message: "a URL of the vendor itself",
          part,
          leaf,
          evidence,
          remedy: { kind: "rewrite", rewrite: (value) => relocated(value, ownUrls) },
        },
      });
    }
  return decisions;
}
