import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/** `t:replaceComments`: C comments become one space each, an unfinished one too. */
export const replaceComments: Transformation = {
  name: "replaceComments",
  triggers: CharClass.asterisk,
  apply: (value) => {
    let out = "";
    let from = 0;
    for (let open = value.indexOf("/*"); open !== -1; open = value.indexOf("/*", from)) {
      const close = value.indexOf("*/", open + 2);
      out += `${value.slice(from, open)} `;
      if (close === -1) return out;
      from = close + 2;
    }
    return out + value.slice(from);
  },
};
