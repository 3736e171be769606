import { bytesOf } from "../../byte-set.ts";
import { asciiUpper, spanUntil } from "../bytes.ts";
import { WordTable } from "../word-table.ts";

/** What an attribute can do: nothing, harm by its being there, hold a URL, hold a style, or name another attribute. */
export const Attribute = { harmless: 0, banned: 1, url: 2, style: 3, names: 4 } as const;

const TAGS = new WordTable(
  [
    "APPLET",
    "BASE",
    "COMMENT",
    "EMBED",
    "FRAME",
    "FRAMESET",
    "HANDLER",
    "IFRAME",
    "IMPORT",
    "ISINDEX",
    "LINK",
    "LISTENER",
    "META",
    "NOSCRIPT",
    "OBJECT",
    "SCRIPT",
    "STYLE",
    "VMLFRAME",
    "XML",
    "XSS",
  ].map((name) => [name, 1]),
);

const HARMFUL: readonly (readonly [string, number])[] = [
  ["ACTION", Attribute.url],
  ["ATTRIBUTENAME", Attribute.names],
  ["BY", Attribute.url],
  ["BACKGROUND", Attribute.url],
  ["DATAFORMATAS", Attribute.banned],
  ["DATASRC", Attribute.banned],
  ["DYNSRC", Attribute.url],
  ["FILTER", Attribute.style],
  ["FORMACTION", Attribute.url],
  ["FOLDER", Attribute.url],
  ["FROM", Attribute.url],
  ["HANDLER", Attribute.url],
  ["HREF", Attribute.url],
  ["LOWSRC", Attribute.url],
  ["POSTER", Attribute.url],
  ["SRC", Attribute.url],
  ["STYLE", Attribute.style],
  ["TO", Attribute.url],
  ["VALUES", Attribute.url],
  // Reached only with a NUL in it: without one, its beginning is banned.
  ["XLINK:HREF", Attribute.url],
];
const ATTRIBUTES = new WordTable(HARMFUL);
/** Names of attributes that can do harm, in upper case. */
export const HARMFUL_NAMES: readonly string[] = HARMFUL.map(([name]) => name);
/** Beginnings of names that are banned whatever follows. */
export const BANNED_BEGINNINGS: readonly string[] = ["ON", "XMLNS", "XLINK"];

const NUL = bytesOf("\0");
const SHORTEST_TAG = 3;
/** `onx=` is no handler; none has so short a name. */
const SHORTEST_HANDLER = 5;

/** Whether a tag brings code or another document with it. */
export function isBannedTag(text: string, from: number, to: number): boolean {
  if (to - from < SHORTEST_TAG) return false;
  const known = valueIgnoringNul(TAGS, text, from, to) !== 0;
  return known || beginsWith("SVG", text, from, to) || beginsWith("XSL", text, from, to);
}

/** What an attribute of this name can do, as one of `Attribute`. */
export function attributeKind(text: string, from: number, to: number): number {
  if (to - from < 2) return Attribute.harmless;
  if (to - from >= SHORTEST_HANDLER && BANNED_BEGINNINGS.some((name) => beginsWith(name, text, from, to)))
    return Attribute.banned;
  return valueIgnoringNul(ATTRIBUTES, text, from, to);
}

/** Whether a part of a text begins with a word, which is in upper case, without regard to ASCII case. */
export function beginsWith(word: string, text: string, from: number, to: number): boolean {
  if (to - from < word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if (asciiUpper(text.charCodeAt(from + i)) !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** Old browsers passed NULs in names over. */
function valueIgnoringNul(table: WordTable, text: string, from: number, to: number): number {
  if (spanUntil(text, from, NUL, to) === to) return table.valueOf(text, from, to);
  const name = text.slice(from, to).replaceAll("\0", "");
  return table.valueOf(name, 0, name.length);
}
