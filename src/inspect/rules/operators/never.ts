import { NEVER, type OperatorFactory } from "./operator.ts";

function never(name: string): OperatorFactory {
  return (argument) => ({ name, argument, need: NEVER, match: () => undefined });
}

/** `@noMatch` */
export const noMatch = never("noMatch");
/** `@geoLookup`: Lazaret has no table of countries, and no client address to look up. */
export const geoLookup = never("geoLookup");
/** `@rbl`: no block lists are asked over the network. */
export const rbl = never("rbl");
