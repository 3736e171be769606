import type { RuleProblem } from "./rule-error.ts";

/** A directive of a SecLang file: its name, its arguments without their quotes, and where it stands. */
export interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  readonly file: string;
  /** 1-based line on which it begins. */
  readonly line: number;
}

/**
 * Cuts a SecLang file into directives: comments and empty lines go, a backslash at a line's end joins the next one.
 * What cannot be read is added to `problems`, and reading goes on with the next directive.
 */
export function readDirectives(text: string, file: string, problems: RuleProblem[]): Directive[] {
  const directives: Directive[] = [];
  let pending = "";
  let began = 0;
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    if (pending === "" && /^\s*(?:#|$)/.test(raw)) continue;
    if (pending === "") began = i + 1;
    const continued = /^(.*?)\\\s*$/s.exec(raw);
    if (continued !== null) {
      pending += (continued[1] ?? "").trimStart();
      continue;
    }
    const words = splitWords(pending + raw.trimStart());
    pending = "";
    if (typeof words === "string") problems.push({ file, line: began, reason: words });
    else directives.push({ name: words[0] ?? "", words: words.slice(1), file, line: began });
  }
  if (pending !== "") problems.push({ file, line: began, reason: "the file ends in the middle of a directive" });
  return directives;
}

/** Words apart by white space; in double or single quotes a word may hold any. A string says what is wrong. */
function splitWords(text: string): string[] | string {
  const words: string[] = [];
  const word = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^"'\s]\S*))(?=\s|$)/sy;
  const end = text.trimEnd().length;
  while (word.lastIndex < end) {
    const at = word.lastIndex;
    const found = word.exec(text);
    if (found === null) return `a quoted word does not end: ${text.slice(at, at + 40).trim()}`;
    const [, double, single, plain = ""] = found;
    words.push(double?.replaceAll('\\"', '"') ?? single?.replaceAll("\\'", "'") ?? plain);
  }
  return words;
}
