import { isUtf8 } from "node:buffer";
import { CharClass } from "../core/char-class.ts";
import type { LeafTable } from "../core/part.ts";
import type { PathKind } from "../core/policy.ts";
import { looksLikeMail } from "./email.ts";
import { isNoise } from "./noise.ts";
import { looksLikeText, sniffDocument, sniffSignature } from "./sniff.ts";

/** Content that a string holds in another encoding. */
export interface EmbeddedString {
  /** Shown in the part's label. */
  readonly encoding: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly encode: (bytes: Uint8Array) => string;
}

/** Shorter strings hold no file. */
const SHORTEST = 24;
/** Shorter strings hold no text that attacks: `${7*7}` takes this many characters. */
const SHORTEST_TEXT = 8;
/** Bytes of decoded text that are worth a look. */
const FEWEST_BYTES = 5;
/** Text that says nothing but a name, such as the `04:User1` of a node's identifier; attacks have other characters. */
const NAME_ONLY = /^[\w .:@,+-]*$/;
const BASE64_CLASSES =
  CharClass.letter |
  CharClass.digit |
  CharClass.plus |
  CharClass.slash |
  CharClass.equals |
  CharClass.hyphen |
  CharClass.comma |
  CharClass.control;
const BASE64 = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/;
const HEX = /^(?:0x)?(?:[0-9a-f]{2}|[0-9A-F]{2})+$/;
const DATA_URI = /^data:([^,;]{0,128})((?:;[^,;]{0,128}){0,8}?)(;base64)?,/i;

/** What a string is by the declaration of its path: a fragment of HTML, or a file in base64. */
export function declaredString(
  kind: PathKind | undefined,
  leaves: LeafTable,
  leaf: number,
): EmbeddedString | undefined {
  if (kind === "html") {
    const bytes = Buffer.from(leaves.value(leaf));
    return { encoding: "html", bytes, contentType: "text/html", encode: (html) => Buffer.from(html).toString("utf8") };
  }
  if (kind !== "file") return undefined;
  const value = leaves.value(leaf).replaceAll(/\s/g, "");
  if (!BASE64.test(value)) return undefined;
  const url = /[-_]/.test(value);
  return {
    encoding: url ? "base64url" : "base64",
    bytes: Buffer.from(value, "base64"),
    contentType: undefined,
    encode: (bytes) => base64Text(bytes, url, value.length % 4 === 0),
  };
}

/** What a string leaf holds in base64, base64url, hexadecimal, a `data:` URI, or as JSON; undefined where it is only a string. */
export function embeddedIn(leaves: LeafTable, leaf: number, source: Uint8Array): EmbeddedString | undefined {
  const { start, end } = leaves.span(leaf);
  const first = source[start];
  const classes = leaves.classes(leaf);
  if (end - start >= 2 && (first === 0x7b || first === 0x5b)) return jsonString(leaves.value(leaf));
  if (end - start < SHORTEST) {
    const isShortText =
      end - start >= SHORTEST_TEXT && (classes & ~BASE64_CLASSES) === 0 && asciiGroups(source, start, end);
    return isShortText ? shortText(leaves.value(leaf)) : undefined;
  }
  if ((classes & ~BASE64_CLASSES) === 0)
    return leaves.isVerbatim(leaf) && isNoise(source, start, end) ? undefined : encodedString(leaves.value(leaf));
  if ((classes & CharClass.colon) !== 0 && (first === 0x64 || first === 0x44)) return dataUri(leaves.value(leaf));
  return undefined;
}

/**
 * Whether base64 at this place could be ASCII text: then the first character of every four is one of `I` to `Z` and `a` to `f`,
 * since it stands for the upper six bits of a byte from 0x20 to 0x7F. Few identifiers are so. What is escaped cannot be told.
 */
function asciiGroups(source: Uint8Array, start: number, end: number): boolean {
  if (source.subarray(start, end).includes(0x5c)) return true;
  for (let at = start; at < end; at += 4) {
    const byte = source[at] ?? 0;
    if (!((byte >= 0x49 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x66))) return false;
  }
  return true;
}

/** Short text in base64, where it is more than a name. */
function shortText(value: string): EmbeddedString | undefined {
  const found = HEX.test(value) ? undefined : encodedString(value);
  return found === undefined || NAME_ONLY.test(Buffer.from(found.bytes).toString("latin1")) ? undefined : found;
}

function jsonString(value: string): EmbeddedString | undefined {
  if (!/[}\]]\s*$/.test(value.slice(-8))) return undefined;
  try {
    JSON.parse(value);
  } catch {
    return undefined;
  }
  return {
    encoding: "json",
    bytes: Buffer.from(value),
    contentType: "application/json",
    encode: (bytes) => Buffer.from(bytes).toString("utf8"),
  };
}

function encodedString(value: string): EmbeddedString | undefined {
  const lines = value.split(/(\r?\n)/);
  const separator = lines[1];
  const compact = separator === undefined ? value : value.replaceAll(/\r?\n/g, "");
  if (HEX.test(compact)) return known("hex", Buffer.from(compact.replace(/^0x/, ""), "hex"), hexEncoder(compact));
  if (!BASE64.test(compact) || compact.replace(/=+$/, "").length % 4 === 1) return undefined;
  const url = /[-_]/.test(compact);
  return known(url ? "base64url" : "base64", Buffer.from(compact, "base64"), (bytes) => {
    const text = base64Text(bytes, url, compact.endsWith("=") || compact.length % 4 === 0);
    return separator === undefined ? text : wrapped(text, lines[0]?.length ?? 76, separator);
  });
}

function hexEncoder(original: string): (bytes: Uint8Array) => string {
  const prefix = original.startsWith("0x") ? "0x" : "";
  const upper = /[A-F]/.test(original);
  return (bytes) => {
    const text = Buffer.from(bytes).toString("hex");
    return prefix + (upper ? text.toUpperCase() : text);
  };
}

function base64Text(bytes: Uint8Array, url: boolean, padded: boolean): string {
  const text = Buffer.from(bytes).toString(url ? "base64url" : "base64");
  if (!padded) return text.replace(/=+$/, "");
  return url ? text.padEnd(Math.ceil(text.length / 4) * 4, "=") : text;
}

function wrapped(text: string, width: number, separator: string): string {
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width));
  return lines.join(separator);
}

/** Fewer bytes hold no picture, whatever they begin with. */
const SHORTEST_IMAGE = 24;

/** Decoded bytes count only where they are something: random tokens decode to noise, and noise is left alone. */
function known(encoding: string, bytes: Buffer, encode: (bytes: Uint8Array) => string): EmbeddedString | undefined {
  const signature = sniffSignature(bytes);
  if ((signature !== undefined && signature.format !== "binary") || isLateDocument(bytes))
    return { encoding, bytes, contentType: undefined, encode };
  const isText =
    bytes.length >= FEWEST_BYTES &&
    isUtf8(bytes) &&
    looksLikeText(bytes) &&
    !/[\x00-\x08\x0e-\x1f]/.test(bytes.toString("latin1"));
  return isText ? { encoding, bytes, contentType: undefined, encode } : undefined;
}

/** A document that no signature at its beginning tells. */
function isLateDocument(bytes: Buffer): boolean {
  return sniffDocument(bytes, undefined, true) !== undefined || looksLikeMail(bytes);
}

function dataUri(value: string): EmbeddedString | undefined {
  const head = DATA_URI.exec(value);
  if (head === null) return undefined;
  const [prefix, type = "", parameters = "", base64] = head;
  const content = value.slice(prefix.length);
  const contentType = type === "" ? "text/plain" : `${type}${parameters}`;
  if (base64 !== undefined) {
    const bytes = Buffer.from(decodePercent(content), "base64");
    if (bytes.length < SHORTEST_IMAGE && sniffSignature(bytes)?.format === "image") return undefined;
    return {
      encoding: "data",
      bytes,
      contentType,
      encode: (rebuilt) => prefix + Buffer.from(rebuilt).toString("base64"),
    };
  }
  return {
    encoding: "data",
    bytes: Buffer.from(decodePercent(content)),
    contentType,
    encode: (bytes) => prefix + encodeURIComponent(Buffer.from(bytes).toString("utf8")),
  };
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
