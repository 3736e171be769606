import { createHash } from "node:crypto";
import type { Transformation } from "./transformation.ts";

/** `t:md5`: the digest's 16 bytes. */
export const md5: Transformation = {
  name: "md5",
  triggers: 0,
  apply: (value) => createHash("md5").update(value, "latin1").digest("latin1"),
};
