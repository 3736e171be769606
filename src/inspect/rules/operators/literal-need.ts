import { byteSource } from "./byte-set.ts";
import { NEVER } from "./operator.ts";

/** The need of an operator one of whose texts must stand in the value, spelled like this. */
export function literalNeed(...texts: readonly string[]): RegExp | undefined {
  return needOfAny(texts, "");
}

/** The need of an operator one of whose texts must stand in the value, in any case. */
export function caselessNeed(...texts: readonly string[]): RegExp | undefined {
  return needOfAny(texts, "i");
}

function needOfAny(texts: readonly string[], flags: string): RegExp | undefined {
  if (texts.includes("")) return undefined;
  return texts.length === 0 ? NEVER : new RegExp(texts.map(literalSource).join("|"), flags);
}

/** A byte string as the source of a pattern. */
export function literalSource(text: string): string {
  return Array.from(text, (character) => byteSource(character.charCodeAt(0))).join("");
}
