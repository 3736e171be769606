import { complement } from "../byte-set.ts";
import { classSource } from "./byte-set.ts";
import type { OperatorFactory } from "./operator.ts";

/** `@validateByteRange RANGES`: the value holds a byte outside the ranges, such as `32-126,10`. */
export const validateByteRange: OperatorFactory = (argument) => {
  const allowed = new Uint8Array(256);
  for (const range of argument.split(",")) allow(range, allowed);
  return {
    name: "validateByteRange",
    argument,
    need: new RegExp(classSource(complement(allowed), false)),
    match: (value) => {
      for (let i = 0; i < value.length; i++) if (allowed[value.charCodeAt(i)] !== 1) return [value.charAt(i)];
      return undefined;
    },
  };
};

function allow(range: string, allowed: Uint8Array): void {
  const [, first, last = first] = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(range) ?? [];
  const from = Number(first);
  const to = Number(last);
  if (!(from <= to && to <= 255)) throw new SyntaxError(`"${range}" is no range of bytes (0 to 255)`);
  allowed.fill(1, from, to + 1);
}
