/** A file without the content of its strings and the data of its streams: what structure it has, as plain text. */
export interface Outline {
  readonly text: string;
  /** Names outside strings and streams, escapes undone. */
  readonly names: ReadonlySet<string>;
  /** Whether all strings end and all streams are as long as they say. */
  readonly isSound: boolean;
}

const REGULAR = /[^\x00\t\n\f\r ()<>[\]{}/%]{0,256}/y;
const LENGTH = /\/Length[ \r\n]{1,4}(\d{1,10})(?![ \r\n]+\d+[ \r\n]+R)/g;
const STREAM = /stream\r?\n/y;
const NEXT = /[(<%/s]/g;

/** Reads the outline of a file from its characters as Latin-1 alone, knowing nothing of what a parser made of it. */
export function outlineOf(text: string): Outline {
  const names = new Set<string>();
  const pieces: string[] = [];
  let isSound = true;
  let from = 0;
  /** Leaves out what stands between two places. */
  const skip = (start: number, end: number): void => {
    pieces.push(text.slice(from, start));
    if (end < 0) isSound = false;
    from = end < 0 ? text.length : end;
    NEXT.lastIndex = from;
  };
  NEXT.lastIndex = 0;
  for (let found = NEXT.exec(text); found !== null; found = NEXT.exec(text)) {
    const at = found.index;
    if (found[0] === "%") NEXT.lastIndex = endOfLine(text, at);
    else if (found[0] === "(") skip(at + 1, endOfString(text, at));
    else if (found[0] === "<" && text[at + 1] === "<") NEXT.lastIndex = at + 2;
    else if (found[0] === "<") skip(at + 1, text.indexOf(">", at));
    else if (found[0] === "/") names.add(unescaped(matchAt(REGULAR, text, at + 1)?.[0] ?? ""));
    else {
      const keyword = matchAt(STREAM, text, at);
      if (keyword === null || text.slice(at - 3, at) === "end") continue;
      const start = at + keyword[0].length;
      const end = endOfStream(text, text.slice(Math.max(from, at - 4096), at), start);
      skip(start, end);
    }
  }
  return { text: pieces.join("") + text.slice(from), names, isSound };
}

/** Where stream data ends: after its length, or at the next keyword where the length is not written beside it. */
function endOfStream(text: string, before: string, start: number): number {
  const length = [...before.matchAll(LENGTH)].at(-1)?.[1];
  if (length === undefined) return text.indexOf("endstream", start);
  const end = start + Number(length);
  return /^\s{0,2}endstream/.test(text.slice(end, end + 16)) ? end : -1;
}

function endOfLine(text: string, start: number): number {
  const found = /[\r\n]/g;
  found.lastIndex = start;
  return found.exec(text)?.index ?? text.length;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** A name with its `#xx` escapes undone (7.3.5). */
function unescaped(name: string): string {
  return name.replaceAll(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Where a literal string ends: parentheses in it are balanced or escaped (7.3.4.2). */
function endOfString(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return at;
  }
  return -1;
}
