import type { AST } from "@eslint-community/regexpp";
import { syntaxTree } from "../linear/syntax.ts";

type Side = "begin" | "end";

/** Whether what one character, escape or class of a pattern matches is nearly anywhere. */
export type IsCommon = (raw: string) => boolean;

/**
 * A pattern without what tells nothing at its begin and its end: what may be absent, more copies than there must be, and
 * what is nearly anywhere. A text that holds a match of the pattern holds one of the outcome. Takes and gives the source of a
 * regular expression without look-arounds, back-references, and groups that capture.
 */
export function trimmed(source: string, isCommon: IsCommon): string {
  return trimmedAt(trimmedAt(source, "begin", isCommon), "end", isCommon);
}

function trimmedAt(source: string, side: Side, isCommon: IsCommon): string {
  return alternativesOf(syntaxTree(new RegExp(source)).alternatives, side, isCommon).join("|");
}

/** The alternatives, trimmed; one that is empty stands for all, since it matches wherever they do. */
function alternativesOf(alternatives: readonly AST.Alternative[], side: Side, isCommon: IsCommon): readonly string[] {
  const sources = [...new Set(alternatives.map(({ elements }) => sequence(elements, side, isCommon)))];
  return sources.includes("") ? [""] : sources;
}

function sequence(elements: readonly AST.Element[], side: Side, isCommon: IsCommon): string {
  const inner = side === "begin" ? elements : elements.toReversed();
  const [outermost, ...rest] = inner;
  if (outermost === undefined) return "";
  const source = element(outermost, side, isCommon);
  if (source === "") return sequence(side === "begin" ? rest : rest.toReversed(), side, isCommon);
  const others = (side === "begin" ? rest : rest.toReversed()).map(({ raw }) => raw).join("");
  return side === "begin" ? source + others : others + source;
}

/** What is left of an element at the side of a pattern. */
function element(node: AST.Element, side: Side, isCommon: IsCommon): string {
  if (node.type === "Quantifier") {
    if (node.min === 0) return "";
    const one = element(node.element, side, isCommon);
    return node.min === 1 || one === "" ? one : `${node.element.raw}{${node.min}}`;
  }
  if (node.type === "Character" || node.type === "CharacterClass" || node.type === "CharacterSet")
    return isCommon(node.raw) ? "" : node.raw;
  if (node.type !== "Group") return node.raw;
  const sources = alternativesOf(node.alternatives, side, isCommon);
  if (sources.length === 1) return sources[0] ?? "";
  return `(?:${sources.join("|")})`;
}
