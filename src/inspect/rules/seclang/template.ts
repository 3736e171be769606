/** A name in a macro: `TX.1` is collection `TX` and key `1`; `MATCHED_VAR` has no key. */
export interface MacroName {
  /** In upper case. */
  readonly collection: string;
  /** In lower case. */
  readonly key: string | undefined;
}

/** Text with macros such as `%{TX.0}`, in pieces. */
export type Template = readonly (string | MacroName)[];

/** Gives the value of a macro; undefined where there is none. */
export type MacroValue = (name: MacroName) => string | undefined;

/** Takes text with macros apart. What looks like a macro and has no name stays text. */
export function parseTemplate(text: string): Template {
  const pieces: (string | MacroName)[] = [];
  let at = 0;
  for (const found of text.matchAll(/%\{([A-Za-z_]+)(?:[.:]([^}]*))?\}/g)) {
    if (found.index > at) pieces.push(text.slice(at, found.index));
    pieces.push({ collection: (found[1] ?? "").toUpperCase(), key: found[2]?.toLowerCase() });
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

/** The text with every macro's value; a macro without one gives nothing. */
export function expandTemplate(template: Template, valueOf: MacroValue): string {
  return template.map((piece) => (typeof piece === "string" ? piece : (valueOf(piece) ?? ""))).join("");
}

/** The macros of a template. */
export function macrosOf(template: Template): MacroName[] {
  return template.filter((piece) => typeof piece !== "string");
}
