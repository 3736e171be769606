/**
 * A PCRE pattern as SecLang writes it, as a JavaScript regular expression: the dot matches line ends too (ModSecurity
 * compiles with DOTALL), `$` only the end, a leading `(?i)` becomes a flag. Throws `SyntaxError` for what has no equivalent.
 */
export function compilePattern(pattern: string): RegExp {
  const [, inline = ""] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  const rest = inline === "" ? pattern : pattern.slice(inline.length + 3);
  const source = rest
    .replaceAll(/\\x\{([0-9a-fA-F]{1,4})\}/g, (_, hex: string) => `\\u${hex.padStart(4, "0")}`)
    .replaceAll("\\A", "^")
    .replaceAll(/\\[zZ]/g, "$");
  return new RegExp(source, `s${inline.includes("i") ? "i" : ""}${inline.includes("m") ? "m" : ""}`);
}
