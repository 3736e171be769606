import { isHostileStyle } from "../core/markup-policy.ts";
import type { Decoded, FormatContext, FormatDecoder, Problem } from "./format.ts";
import { type LeafEntry, leafList } from "./leaf-list.ts";

/** Style sheets (CSS Syntax, level 3): a leaf a declaration or at-rule, so that what loads or runs something goes alone. */
export const cssDecoder: FormatDecoder = { name: "css", mediaTypes: ["text/css"], decode: decodeCss };

function decodeCss(source: Uint8Array, { budget, policy }: FormatContext): Decoded {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const text = bytes.toString("latin1");
  const entries: LeafEntry[] = [];
  const problems: Problem[] = [];
  const { html } = policy.disarm;
  let line = 1;
  let counted = 0;
  for (const piece of piecesOf(text)) {
    if (entries.length % 1024 === 0) budget.checkTime();
    const { start, end } = piece;
    for (let at = text.indexOf("\n", counted); at >= 0 && at < start; at = text.indexOf("\n", counted)) {
      counted = at + 1;
      line++;
    }
    entries.push(entryOf(bytes, piece, line));
    if (html !== "allow" && isHostileStyle(bytes.toString("utf8", start, end)))
      problems.push(styleProblem(entries.length - 1, bytes.toString("utf8", start, end), html === "block"));
  }
  budget.takeLeaves(entries.length);
  return { leaves: leafList(entries), problems, embedded: [] };
}

interface Piece {
  readonly start: number;
  readonly end: number;
  /** The semicolon after it included: without it the next rule would not be read. */
  readonly next: number;
}

/** A comment, a string, a URL without quotes, an escape, or a sign that ends a piece. */
const SIGN =
  /\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/)?|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|url\(\s*(?!["'\s])[^)]*\)?|\\[^]|[;{}]/gi;

/** What stands between semicolons and braces: declarations, at-rules and selectors. */
function* piecesOf(text: string): Generator<Piece> {
  let from = 0;
  for (const { 0: sign, index } of text.matchAll(SIGN)) {
    if (!/^[;{}]$/.test(sign)) continue;
    const piece = trimmed(text, from, index, sign === ";" ? index + 1 : index);
    if (piece !== undefined) yield piece;
    from = index + 1;
  }
  const rest = trimmed(text, from, text.length, text.length);
  if (rest !== undefined) yield rest;
}

function trimmed(text: string, from: number, to: number, next: number): Piece | undefined {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return start < end ? { start, end, next } : undefined;
}

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

function entryOf(bytes: Buffer, { start, end, next }: Piece, line: number): LeafEntry {
  return {
    kind: "text",
    value: bytes.toString("utf8", start, end),
    span: { start, end },
    segments: [line - 1],
    path: () => `line ${line}`,
    encode: (value) => value,
    removal: { start, end: next },
  };
}

function styleProblem(leaf: number, evidence: string, isBlocked: boolean): Problem {
  return {
    category: "active-content",
    rule: "lazaret/css/active-content",
    severity: "high",
    message: "a style that loads or runs something",
    evidence,
    leaf,
    remedy: { kind: isBlocked ? "none" : "remove" },
    ...(isBlocked ? ({ byDefault: "block" } as const) : {}),
  };
}
