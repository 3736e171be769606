import { charClasses } from "../../../core/char-class.ts";
import { lowered } from "../transformations/lowercase.ts";
import { type Need, NO_NEED } from "./operator.ts";

/** The need of an operator whose argument must stand in the value. */
export function literalNeed(argument: string): Need {
  if (argument === "") return NO_NEED;
  const held = charClasses(argument);
  const classes = Array.from({ length: 31 }, (_, bit) => held & (1 << bit)).filter((mask) => mask !== 0);
  return [{ classes, words: [[lowered(argument)]] }];
}
