/** Switches of a HYPERLINK field that take what follows them (ECMA-376, part 1, section 17.16.5); all others stand alone. */
const WITH_ARGUMENT = /^\\[lot*@#]$/i;
const TOKEN = /"(?:[^"\\]|\\.)*"?|\\[a-z*@#!]|[^\s"\\]+|\\/gi;

/**
 * Whether a field's instruction, as Word and RTF write it, links to something outside the document:
 * `HYPERLINK "url" \l "bookmark" \o "tip" \t "frame"`. One with a bookmark alone, or a target after `#`, stays inside.
 */
export function fieldLinksOutside(instruction: string): boolean {
  const [, rest] = /^\s*"?HYPERLINK\b([^]*)$/i.exec(instruction) ?? [];
  const tokens = rest?.match(TOKEN) ?? [];
  return tokens.some((token, at) => {
    const isSwitch = token.startsWith("\\") || WITH_ARGUMENT.test(tokens[at - 1] ?? "");
    const target = token.replaceAll('"', "").trim();
    return !isSwitch && target !== "" && !target.startsWith("#");
  });
}

const STRING_OR_LINK = /"(?:[^"]|"")*"|\bHYPERLINK\s*\(\s*("#)?/gi;

/** Whether a spreadsheet's formula links outside it by the function HYPERLINK: to anything that does not begin with `#`. */
export function formulaLinksOutside(formula: string): boolean {
  return [...formula.matchAll(STRING_OR_LINK)].some(
    ([found, inside]) => !found.startsWith('"') && inside === undefined,
  );
}
