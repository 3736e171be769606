import { hexByte } from "./hex.ts";
import type { Transformation } from "./transformation.ts";

/** `t:hexDecode`: a byte for each two characters, which are not checked; an odd one at the end is lost. */
export const hexDecode: Transformation = {
  name: "hexDecode",
  triggers: 0,
  apply: (value) => {
    let out = "";
    for (let i = 0; i + 1 < value.length; i += 2) out += String.fromCharCode(hexByte(value, i));
    return out;
  },
};
