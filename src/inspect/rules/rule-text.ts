import type { Link } from "./rule.ts";
import type { Selector, Target } from "./seclang/targets.ts";
import type { Template } from "./seclang/template.ts";

/** Targets as rules write them: `ARGS|!ARGS:json.note`. */
export function targetsText(targets: readonly Target[]): string {
  return targets
    .map(({ collection, selector, count, excluded }) => {
      const mark = excluded ? "!" : count ? "&" : "";
      return `${mark}${collection}${selectorText(selector)}`;
    })
    .join("|");
}

function selectorText(selector: Selector): string {
  if (selector.kind === "all") return "";
  return selector.kind === "name" ? `:${selector.name}` : `:/${selector.pattern.source}/`;
}

/** An operator as rules write it: `!@within GET POST`. */
export function operatorText({ operator: { name, argument, negated } }: Link): string {
  const text = Buffer.from(templateText(argument), "latin1").toString("utf8");
  return `${negated ? "!" : ""}@${name} ${text}`.trimEnd();
}

/** A template as it was written, its macros unexpanded. */
export function templateText(template: Template): string {
  return template
    .map((piece) =>
      typeof piece === "string"
        ? piece
        : `%{${piece.collection}${piece.key === undefined ? "" : `.${piece.key}`}}`.toLowerCase(),
    )
    .join("");
}
