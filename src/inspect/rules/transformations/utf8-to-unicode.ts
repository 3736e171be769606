import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

/**
 * `t:utf8toUnicode`: each character of several bytes becomes `%uXXXX`. As in libmodsecurity, a first byte whose
 * sequence breaks off is lost, as NULs are; a byte that can begin nothing stays; over-long forms and surrogates leave
 * their first byte behind.
 */
export const utf8toUnicode: Transformation = {
  name: "utf8toUnicode",
  triggers: CharClass.nonAscii | CharClass.control,
  apply: (value) => {
    let out = "";
    for (let i = 0; i < value.length;) {
      const first = value.charCodeAt(i);
      const length = sequenceLength(first);
      if (length === 1) {
        if (first !== 0) out += value.charAt(i);
        i++;
        continue;
      }
      if (first >= 0xf5) out += value.charAt(i);
      const code = codePoint(value, i, length);
      if (code === undefined) i++;
      else {
        out += `%u${code.toString(16).padStart(4, "0")}`;
        if (code >= 0xd800 && code <= 0xdfff) out += value.charAt(i);
        if (code < (SMALLEST[length] ?? 0)) out += value.charAt(i);
        i += length;
      }
    }
    return out;
  },
};

/** The smallest code point that needs so many bytes. */
const SMALLEST: readonly number[] = [0, 0, 0x80, 0x800, 0x1_0000];

/** The bytes of the sequence that a byte begins, as its upper bits say; 1 for what begins none. */
function sequenceLength(first: number): number {
  if ((first & 0xe0) === 0xc0) return 2;
  if ((first & 0xf0) === 0xe0) return 3;
  return (first & 0xf8) === 0xf0 ? 4 : 1;
}

function codePoint(value: string, start: number, length: number): number | undefined {
  let code = value.charCodeAt(start) & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = value.charCodeAt(start + i);
    if ((next & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (next & 0x3f);
  }
  return code;
}
