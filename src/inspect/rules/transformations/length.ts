import type { Transformation } from "./transformation.ts";

/** `t:length`: the number of bytes, in decimal. */
export const length: Transformation = { name: "length", triggers: 0, apply: (value) => String(value.length) };
