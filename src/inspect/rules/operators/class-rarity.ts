import { CharClass } from "../../../core/char-class.ts";

/** Of alternatives that each ask for a character of every mask of theirs, the one mask that all of them ask for: the rarest of each. */
export function rarestOfEach(alternatives: readonly (readonly number[])[]): number[] {
  const rarest = alternatives.map((classes) => classes.toSorted((a, b) => commonness(a) - commonness(b))[0]);
  return rarest.every((mask) => mask !== undefined) ? [rarest.reduce((union, mask) => union | mask, 0)] : [];
}

/** Classes that nearly every value has come last. */
function commonness(mask: number): number {
  const common = CharClass.letter | CharClass.digit | CharClass.space;
  return ((mask & common) === 0 ? 0 : 100) + mask.toString(2).replaceAll("0", "").length;
}
