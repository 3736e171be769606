import { bytesOf } from "./hex.ts";
import type { Transformation } from "./transformation.ts";

/** `t:hexEncode`: two small digits a byte. */
export const hexEncode: Transformation = {
  name: "hexEncode",
  triggers: 0,
  apply: (value) => bytesOf(value).toString("hex"),
};
