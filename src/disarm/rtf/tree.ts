import type { Budget } from "../../core/budget.ts";
import { damaged } from "../disarmer.ts";

interface Range {
  readonly start: number;
  readonly end: number;
}
/** A control word: its name and its number, if any. */
export interface Word extends Range {
  readonly kind: "word";
  readonly name: string;
  readonly value: number | undefined;
}
/** A control symbol such as `\*` or `\'e4`, which includes its two digits. */
export interface ControlSymbol extends Range {
  readonly kind: "symbol";
  readonly character: string;
}
export interface Text extends Range {
  readonly kind: "text";
}
/** `\binN` and the N bytes after it, which begin at `data`. */
export interface Binary extends Range {
  readonly kind: "binary";
  readonly data: number;
}
/** What stands between braces, the braces included in the range. */
export interface Group extends Range {
  readonly kind: "group";
  readonly nodes: readonly Node[];
}
export type Node = Word | ControlSymbol | Text | Binary | Group;

interface OpenGroup {
  readonly kind: "group";
  readonly start: number;
  end: number;
  readonly nodes: Node[];
}

/** A document: its one group, where it ends, and how many groups were left open. */
export interface Tree {
  readonly root: Group;
  readonly unclosed: number;
}

const DEEPEST = 200;
const MOST_NODES = 4_000_000;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const HEX = /[0-9A-Fa-f]{0,2}/y;
const WORD = /([A-Za-z]{1,32})(-?\d{1,10})? ?/y;

/** Reads RTF (version 1.9.1) into groups and control words. Throws `damaged` where it is none or nests too deeply. */
export function parseRtf(bytes: Uint8Array, budget: Budget): Tree {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  if (source.charCodeAt(0) !== OPEN) throw damaged("the RTF does not begin with a group");
  const root: OpenGroup = { kind: "group", start: 0, end: source.length, nodes: [] };
  const open: OpenGroup[] = [root];
  let count = 0;
  for (let at = 1; at < source.length;) {
    if (++count % 4096 === 0) budget.checkTime();
    if (count > MOST_NODES) throw damaged("the RTF has too many parts");
    const group = open[open.length - 1];
    if (group === undefined) break;
    const code = source.charCodeAt(at);
    if (code === OPEN) {
      if (open.length > DEEPEST) throw damaged("the RTF nests groups too deeply");
      const inner: OpenGroup = { kind: "group", start: at, end: source.length, nodes: [] };
      group.nodes.push(inner);
      open.push(inner);
      at++;
    } else if (code === CLOSE) {
      group.end = ++at;
      open.pop();
      if (open.length === 0) break;
    } else {
      const node = code === BACKSLASH ? controlAt(source, at) : textAt(source, at);
      // A backslash at the very end would escape the brace that ends the document.
      if (node.kind !== "symbol" || node.character !== "") group.nodes.push(node);
      at = node.end;
    }
  }
  return { root, unclosed: open.length };
}

function controlAt(source: string, start: number): Node {
  WORD.lastIndex = start + 1;
  const [whole, name, number] = WORD.exec(source) ?? [];
  if (whole === undefined || name === undefined) {
    const character = source[start + 1] ?? "";
    HEX.lastIndex = start + 2;
    const digits = character === "'" ? (HEX.exec(source)?.[0].length ?? 0) : 0;
    return { kind: "symbol", character, start, end: Math.min(source.length, start + 2 + digits) };
  }
  const end = start + 1 + whole.length;
  const value = number === undefined ? undefined : Number(number);
  if (name.toLowerCase() !== "bin") return { kind: "word", name, value, start, end };
  return { kind: "binary", start, data: end, end: Math.min(source.length, end + Math.max(0, value ?? 0)) };
}

function textAt(source: string, start: number): Text {
  const special = /[\\{}]/g;
  special.lastIndex = start;
  return { kind: "text", start, end: special.exec(source)?.index ?? source.length };
}
