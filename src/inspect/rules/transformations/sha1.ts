import { createHash } from "node:crypto";
import type { Transformation } from "./transformation.ts";

/** `t:sha1`: the digest's 20 bytes. */
export const sha1: Transformation = {
  name: "sha1",
  triggers: 0,
  apply: (value) => createHash("sha1").update(value, "latin1").digest("latin1"),
};
