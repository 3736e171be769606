/** A directive of a SecLang file: its name, its arguments without their quotes, and where it stands. */
export interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  readonly file: string;
  /** 1-based line on which it begins. */
  readonly line: number;
}

/** A rule file that cannot be used: says file, line and reason. */
export class RuleError extends Error {
  constructor(file: string, line: number, reason: string) {
    super(`${file}:${line}: ${reason}`);
    this.name = "RuleError";
  }
}

/** Cuts a SecLang file into directives: comments and empty lines go, a backslash at a line's end joins the next one. Throws `RuleError`. */
export function readDirectives(text: string, file: string): Directive[] {
  const directives: Directive[] = [];
  let pending = "";
  let began = 0;
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    if (pending === "" && /^\s*(?:#|$)/.test(raw)) continue;
    if (pending === "") began = i + 1;
    if (/\\\s*$/.test(raw)) {
      pending += raw.replace(/\\\s*$/, "").trimStart();
      continue;
    }
    const [name = "", ...words] = splitWords(pending + raw.trimStart(), file, began);
    directives.push({ name, words, file, line: began });
    pending = "";
  }
  if (pending !== "") throw new RuleError(file, began, "the file ends in the middle of a directive");
  return directives;
}

/** Words apart by white space; in double quotes a word may hold any, and `\"` stands for the quote. */
function splitWords(text: string, file: string, line: number): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? "")) {
      at++;
      continue;
    }
    const word = /^"(?:[^"\\]|\\.)*"(?=\s|$)|^[^"\s]\S*/s.exec(text.slice(at))?.[0];
    if (word === undefined) throw new RuleError(file, line, `a quoted word does not end: ${text.slice(at, at + 40)}`);
    words.push(word.startsWith('"') ? word.slice(1, -1).replaceAll('\\"', '"') : word);
    at += word.length;
  }
  return words;
}
