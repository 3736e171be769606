import { CharClass } from "../core/char-class.ts";
import { normalizedPath, quotedName } from "../core/normalized-path.ts";
import type { LeafKind, LeafTable, PathSegment, Span } from "../core/part.ts";

/** Kinds of leaves in a JSON text, as stored in the table's columns. */
export const JsonKind = { key: 0, string: 1, number: 2, literal: 3 } as const;
/** Set beside the kind of a string or key that holds escapes. */
export const ESCAPED = 0x80;

const KINDS: readonly LeafKind[] = ["key", "string", "number", "literal"];
const COMMA = 0x2c;

/** The columns that the scanner fills: typed arrays, because a body can hold a million leaves and few are ever looked at. */
export interface JsonColumns {
  readonly length: number;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly classes: Int32Array;
  /** The container that a leaf stands in. */
  readonly containers: Int32Array;
  /** Where in it: the key's leaf number, or the complement (`~index`) in an array. A key names itself. */
  readonly steps: Int32Array;
  /** For a key: where its member ends. */
  readonly memberEnds: Int32Array;
  /** For each container: the one around it, and where in that; the outermost has parent -1. */
  readonly parents: readonly number[];
  readonly parentSteps: readonly number[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** JSONPath in its short form, for labels: `$.items[0].name`. */
export function shortPath(segments: readonly PathSegment[]): string {
  return `$${segments.map(shortStep).join("")}`;
}

function shortStep(segment: PathSegment): string {
  if (typeof segment === "number") return `[${segment}]`;
  return NAME.test(segment) ? `.${segment}` : `['${quotedName(segment)}']`;
}

/** The leaves of a JSON text, over the scanner's columns. */
export class JsonLeaves implements LeafTable {
  readonly length: number;
  readonly #text: Buffer;
  readonly #columns: JsonColumns;

  constructor(source: Uint8Array, columns: JsonColumns) {
    this.length = columns.length;
    this.#text = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    this.#columns = columns;
  }

  kind(leaf: number): LeafKind {
    return KINDS[(this.#columns.kinds[leaf] ?? 0) & 0x7f] ?? "string";
  }

  classes(leaf: number): number {
    return this.#columns.classes[leaf] ?? 0;
  }

  isVerbatim(leaf: number): boolean {
    return ((this.#columns.kinds[leaf] ?? 0) & ESCAPED) === 0;
  }

  span(leaf: number): Span {
    return { start: this.#columns.starts[leaf] ?? 0, end: this.#columns.ends[leaf] ?? 0 };
  }

  value(leaf: number): string {
    const { kinds, starts, ends, classes } = this.#columns;
    if (((kinds[leaf] ?? 0) & ESCAPED) !== 0)
      return JSON.parse(this.#text.toString("utf8", (starts[leaf] ?? 0) - 1, (ends[leaf] ?? 0) + 1));
    const ascii = ((classes[leaf] ?? 0) & CharClass.nonAscii) === 0;
    return this.#text.toString(ascii ? "latin1" : "utf8", starts[leaf], ends[leaf]);
  }

  segments(leaf: number): PathSegment[] {
    const { containers, steps, parents, parentSteps } = this.#columns;
    const segments: PathSegment[] = [];
    let container = containers[leaf] ?? -1;
    let step = steps[leaf] ?? 0;
    while (container >= 0) {
      segments.push(step < 0 ? ~step : this.value(step));
      step = parentSteps[container] ?? 0;
      container = parents[container] ?? -1;
    }
    return segments.toReversed();
  }

  path(leaf: number): string {
    return normalizedPath(this.segments(leaf));
  }

  encode(leaf: number, value: string): string {
    const text = JSON.stringify(value);
    const kind = (this.#columns.kinds[leaf] ?? 0) & 0x7f;
    return kind === JsonKind.number || kind === JsonKind.literal ? text : text.slice(1, -1);
  }

  removals(leaves: readonly number[]): readonly Span[] {
    const members = leaves.map((leaf) => this.#memberSpan(leaf)).toSorted((a, b) => a.start - b.start);
    const runs: { start: number; end: number }[] = [];
    for (const { start, end } of members) {
      const last = runs.at(-1);
      if (last !== undefined && start <= this.#afterComma(last.end)) last.end = Math.max(last.end, end);
      else runs.push({ start, end });
    }
    return runs.map(({ start, end }) => {
      const before = this.#skipBack(start);
      return this.#text[before - 1] === COMMA ? { start: before - 1, end } : { start, end: this.#afterComma(end) };
    });
  }

  /** The whole member or element that a leaf belongs to, without commas. */
  #memberSpan(leaf: number): Span {
    const { kinds, starts, ends, steps, memberEnds } = this.#columns;
    const step = steps[leaf] ?? 0;
    const start = starts[step < 0 ? leaf : step] ?? 0;
    if (step >= 0 && this.#columns.containers[leaf] !== -1) return { start: start - 1, end: memberEnds[step] ?? 0 };
    const quotes = ((kinds[leaf] ?? 0) & 0x7f) <= JsonKind.string ? 1 : 0;
    return { start: start - quotes, end: (ends[leaf] ?? 0) + quotes };
  }

  #afterComma(from: number): number {
    let at = from;
    while (isSpace(this.#text[at])) at++;
    if (this.#text[at] !== COMMA) return from;
    at++;
    while (isSpace(this.#text[at])) at++;
    return at;
  }

  #skipBack(from: number): number {
    let at = from;
    while (isSpace(this.#text[at - 1])) at--;
    return at;
  }
}

/** JSON's white space (RFC 8259, section 2). */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
