import type { OperatorFactory } from "./operator.ts";

type Holds = (value: bigint, argument: bigint) => boolean;

function comparing(name: string, read: (text: string) => bigint, holds: Holds): OperatorFactory {
  return (argument) => {
    const limit = read(argument);
    return { name, argument, need: undefined, match: (value) => (holds(read(value), limit) ? [value] : undefined) };
  };
}

/** The number that a text begins with, as C's `atoll` reads it: 0 where it begins with none, and held to 64 bits. */
function long(text: string): bigint {
  const [, sign, digits = "0"] = /^[ \t-\r]*([+-]?)(\d+)/.exec(text) ?? [];
  const number = BigInt(sign === "-" ? `-${digits}` : digits);
  return number === BigInt.asIntN(64, number) ? number : number < 0n ? -(2n ** 63n) : 2n ** 63n - 1n;
}

/** As `long`, but 0 for what 32 bits do not hold: `@eq` reads with `stoi`. */
function int(text: string): bigint {
  const number = long(text);
  return number === BigInt.asIntN(32, number) ? number : 0n;
}

/** `@eq NUMBER` */
export const eq = comparing("eq", int, (value, argument) => value === argument);
/** `@ge NUMBER` */
export const ge = comparing("ge", long, (value, argument) => value >= argument);
/** `@gt NUMBER` */
export const gt = comparing("gt", long, (value, argument) => value > argument);
/** `@le NUMBER` */
export const le = comparing("le", long, (value, argument) => value <= argument);
/** `@lt NUMBER` */
export const lt = comparing("lt", long, (value, argument) => value < argument);
