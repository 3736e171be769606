import type { OperatorFactory } from "./operator.ts";
import { phraseOperator } from "./phrases.ts";

/**
 * `@pm WORDS`: the value holds one of the words, compared without case. Between bars, bytes stand in hexadecimal
 * (`|3c 73|`); a backslash takes the meaning from `:`, `;`, `"` and itself.
 */
export const pm: OperatorFactory = (argument) =>
  phraseOperator("pm", argument, (decoded(argument) ?? argument).split(/[ \t-\r]+/).filter(Boolean));

/** The words with their bytes decoded; undefined where an escape is not known: then they are taken as they stand. */
function decoded(argument: string): string | undefined {
  const text = /^[ \t]*"(.*)"$/s.exec(argument)?.[1] ?? argument.replace(/^[ \t]+/, "");
  let out = "";
  for (const [index, part] of text.split("|").entries()) {
    if (index % 2 === 1) {
      const digits = part.replaceAll(/[^0-9a-fA-F]/g, "");
      out += Buffer.from(digits, "hex").toString("latin1");
      continue;
    }
    if (/\\(?![:;\\"])/.test(part.replaceAll(/\\[:;\\"]/g, ""))) return undefined;
    out += part.replaceAll(/\\([:;\\"])/g, "$1");
  }
  return out.split("\0", 1)[0];
}
