import { hexByte } from "./hex.ts";
import type { Transformation } from "./transformation.ts";

/** `t:sqlHexDecode`: `0x` and pairs of hexadecimal digits become bytes. */
export const sqlHexDecode: Transformation = {
  name: "sqlHexDecode",
  triggers: 0,
  apply: (value) => {
    let out = "";
    let i = 0;
    for (let count = 1; count < value.length && value.charCodeAt(i) !== 0; count++) {
      HEX.lastIndex = i;
      const found = HEX.exec(value);
      if (found !== null) {
        for (let at = i + 2; at < HEX.lastIndex; at += 2) out += String.fromCharCode(hexByte(value, at));
        count += found[0].length;
        i += found[0].length;
      }
      out += value.charAt(i++);
    }
    return out.split("\0", 1)[0] ?? "";
  },
};

const HEX = /0x(?:[0-9a-f]{2})+/iy;
