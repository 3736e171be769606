import { isFormula } from "../core/formula.ts";
import type { Decoded, FormatContext, FormatDecoder, Problem } from "./format.ts";
import { type LeafEntry, leafList } from "./leaf-list.ts";

/** Comma- and tab-separated values (RFC 4180), a leaf a cell. */
export const csvDecoder: FormatDecoder = {
  name: "csv",
  mediaTypes: ["text/csv", "application/csv", "text/tab-separated-values", "text/x-csv"],
  decode: decodeCsv,
};

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
const DELIMITERS = [",", ";", "\t", "|"].map((character) => character.charCodeAt(0));

function decodeCsv(source: Uint8Array, { budget }: FormatContext): Decoded {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const delimiter = delimiterOf(text);
  const entries: LeafEntry[] = [];
  const problems: Problem[] = [];
  let at = 0;
  for (let row = 1; at < text.length; row++) {
    if (row % 256 === 0) budget.checkTime();
    for (let column = 1; ; column++) {
      const cell = readCell(text, at, delimiter);
      if (cell === undefined)
        return { leaves: leafList(entries), problems: [...problems, unterminated(row)], embedded: [] };
      if (cell.value !== "") {
        if (isFormula(cell.value)) problems.push(formula(entries.length, cell.value));
        entries.push(cellEntry(cell, delimiter, row, column));
      }
      at = cell.next;
      if (text[at] !== delimiter) break;
      at++;
    }
    if (text[at] === CR) at++;
    if (text[at] === LF) at++;
  }
  budget.takeLeaves(entries.length);
  return { leaves: leafList(entries), problems, embedded: [] };
}

interface Cell {
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** Where the delimiter, line end or end of the text stands. */
  readonly next: number;
}

/** One cell; undefined where its quotes do not end. Text after a closing quote belongs to the cell, as readers take it. */
function readCell(text: Buffer, start: number, delimiter: number): Cell | undefined {
  if (text[start] !== QUOTE) {
    const end = plainEnd(text, start, delimiter);
    return { value: text.toString("utf8", start, end), start, end, quoted: false, next: end };
  }
  let at = start + 1;
  for (;;) {
    at = text.indexOf(QUOTE, at);
    if (at < 0) return undefined;
    if (text[at + 1] !== QUOTE) break;
    at += 2;
  }
  const end = plainEnd(text, at + 1, delimiter);
  const value = text.toString("utf8", start + 1, at).replaceAll('""', '"') + text.toString("utf8", at + 1, end);
  return { value, start, end, quoted: true, next: end };
}

function plainEnd(text: Buffer, from: number, delimiter: number): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== LF && text[at] !== CR) at++;
  return at;
}

/** The delimiter that the first line has most of. */
function delimiterOf(text: Buffer): number {
  const end = text.indexOf(LF);
  const line = text.subarray(0, Math.min(end < 0 ? text.length : end, 65_536));
  const counts = DELIMITERS.map((delimiter) => line.reduce((sum, byte) => sum + (byte === delimiter ? 1 : 0), 0));
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? 0x2c;
}

function cellEntry(cell: Cell, delimiter: number, row: number, column: number): LeafEntry {
  const { value, start, end, quoted } = cell;
  const special = new RegExp(`["\\r\\n\\x${delimiter.toString(16).padStart(2, "0")}]`);
  return {
    kind: "cell",
    value,
    span: { start, end },
    segments: [row - 1, column - 1],
    path: () => `${columnName(column)}${row}`,
    encode: (text) => (quoted || special.test(text) ? `"${text.replaceAll('"', '""')}"` : text),
    removal: { start, end },
  };
}

/** A, B, …, Z, AA, as spreadsheets name columns. */
function columnName(column: number): string {
  let name = "";
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26))
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}

function formula(leaf: number, value: string): Problem {
  return {
    category: "csv-formula",
    rule: "lazaret/csv-formula",
    severity: "high",
    message: "a cell that a spreadsheet would evaluate",
    evidence: value,
    leaf,
    byDefault: "sanitize",
    remedy: { kind: "rewrite", rewrite: (text) => (isFormula(text) ? `'${text}` : text) },
  };
}

function unterminated(row: number): Problem {
  return {
    category: "malformed",
    rule: "lazaret/malformed/csv",
    severity: "medium",
    message: `a quoted cell that begins in row ${row} does not end`,
    evidence: "",
    path: `row ${row}`,
    remedy: { kind: "none" },
  };
}
