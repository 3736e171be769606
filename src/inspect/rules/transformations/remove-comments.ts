import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/**
 * `t:removeComments`: comments of C and HTML go; `--` and `#` end the text. As in libmodsecurity, either kind ends
 * at the first end of either kind, what follows an end is kept unread (a NUL at the end of the text), and an unfinished
 * comment leaves a space.
 */
export const removeComments: Transformation = {
  name: "removeComments",
  triggers: CharClass.asterisk | CharClass.hyphen | CharClass.hash,
  apply: (value) => {
    let out = "";
    let from = 0;
    for (;;) {
      BEGIN.lastIndex = from;
      const begin = BEGIN.exec(value);
      if (begin === null) return out + value.slice(from);
      out += value.slice(from, begin.index);
      if (begin[0] === "--" || begin[0] === "#") return out;
      END.lastIndex = BEGIN.lastIndex;
      if (END.exec(value) === null) return `${out} `;
      from = END.lastIndex + 1;
      out += value.charAt(from - 1) || "\0";
    }
  },
};

const BEGIN = /\/\*|<!--|--|#/g;
const END = /\*\/|-->/g;
