const LONGEST = 64;

/** Control, format, surrogate, private and separator characters, fillers that show nothing, and variation selectors. */
const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Variation_Selector}\u115F\u1160\u17B4\u17B5\u3164\uFFA0]/gu;

function escapeCharacter(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}

/**
 * Text from a response in a form that is safe in logs, terminals and reports: control, bidirectional and invisible
 * characters escaped, at most 64 characters, an ellipsis where it was cut.
 */
export function evidenceOf(text: string): string {
  // Escaping can only lengthen, so a little over the limit is all that needs escaping.
  const escaped = text.slice(0, LONGEST + 1).replace(UNPRINTABLE, escapeCharacter);
  if (escaped.length <= LONGEST && text.length <= LONGEST) return escaped;
  return `${escaped.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
