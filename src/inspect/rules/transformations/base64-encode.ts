import { bytesOf } from "./hex.ts";
import type { Transformation } from "./transformation.ts";

/** `t:base64Encode` */
export const base64Encode: Transformation = {
  name: "base64Encode",
  triggers: 0,
  apply: (value) => bytesOf(value).toString("base64"),
};
