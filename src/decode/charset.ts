import { isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import type { Problem } from "./format.ts";

/** Text as UTF-8, and the way back. */
export interface DecodedText {
  readonly charset: string;
  /** UTF-8 without a byte order mark. */
  readonly source: Uint8Array;
  readonly encodeSource: (source: Uint8Array) => Uint8Array;
  readonly problems: readonly Problem[];
}

const BYTE_ORDER_MARKS: readonly (readonly [charset: string, mark: readonly number[]])[] = [
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-32be", [0, 0, 0xfe, 0xff]],
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

const ALIASES: Readonly<Record<string, string>> = {
  utf8: "utf-8",
  "us-ascii": "windows-1252",
  ascii: "windows-1252",
  latin1: "windows-1252",
  "iso-8859-1": "windows-1252",
  "utf-16": "utf-16be",
  "utf-32": "utf-32be",
};

/** Charsets in which ASCII bytes can spell what a filter does not see. */
const HOSTILE = new Set(["utf-7", "utf-7-imap", "hz-gb-2312", "iso-2022-kr", "iso-2022-cn", "scsu", "bocu-1"]);

/** Reads text by byte order mark, else declared charset, else the pattern of its zero bytes, else as UTF-8. */
export function toSource(bytes: Uint8Array, declared: string | undefined): DecodedText {
  const mark = BYTE_ORDER_MARKS.find(([, sequence]) => sequence.every((byte, i) => bytes[i] === byte));
  const wanted = declared === undefined ? undefined : (ALIASES[declared] ?? declared);
  const charset = mark?.[0] ?? wideCharset(bytes) ?? wanted ?? "utf-8";
  const markLength = mark?.[1].length ?? 0;
  const content = bytes.subarray(markLength);
  const problems: Problem[] = [];
  if (wanted !== undefined && charset !== wanted && !/^utf-(?:16|32)/.test(wanted))
    problems.push({
      ...charsetProblem("contradiction", `declared as ${wanted}, but it is ${charset}`, wanted),
      atMost: "report",
    });
  if (charset === "utf-8") return utf8(bytes, content, problems);
  if (HOSTILE.has(charset) || !iconv.encodingExists(charset)) {
    problems.push({
      ...charsetProblem("unknown", "text in a charset that cannot be read safely", charset),
      category: "unscannable",
    });
    return { charset, source: new Uint8Array(), encodeSource: () => bytes, problems };
  }
  return transcoded(bytes, content, charset, problems);
}

function utf8(bytes: Uint8Array, content: Uint8Array, problems: Problem[]): DecodedText {
  const mark = bytes.subarray(0, bytes.length - content.length);
  const encodeSource = (source: Uint8Array): Uint8Array => (mark.length === 0 ? source : Buffer.concat([mark, source]));
  if (isUtf8(content)) return { charset: "utf-8", source: content, encodeSource, problems };
  problems.push(charsetProblem("invalid", "the text holds bytes that are not UTF-8", invalidContext(content)));
  return {
    charset: "utf-8",
    source: Buffer.from(Buffer.from(content).toString("utf8"), "utf8"),
    encodeSource,
    problems,
  };
}

function transcoded(bytes: Uint8Array, content: Uint8Array, charset: string, problems: Problem[]): DecodedText {
  const mark = bytes.subarray(0, bytes.length - content.length);
  const text = iconv.decode(Buffer.from(content), charset, { stripBOM: false });
  const encode = (value: string): Buffer => iconv.encode(value, charset, { addBOM: false });
  if (!text.isWellFormed() || Buffer.compare(encode(text), content) !== 0)
    problems.push(charsetProblem("invalid", `the text holds bytes that are not ${charset}`, text));
  return {
    charset,
    source: Buffer.from(text, "utf8"),
    encodeSource: (source) => Buffer.concat([mark, encode(Buffer.from(source).toString("utf8"))]),
    problems,
  };
}

/** UTF-16 or UTF-32 without a mark: text begins with two ASCII characters, and the zeros show their width (RFC 4627, section 3). */
function wideCharset(bytes: Uint8Array): string | undefined {
  if (bytes.length < 4) return undefined;
  const zeros = [0, 1, 2, 3].map((i) => (bytes[i] === 0 ? "0" : "x")).join("");
  return { "000x": "utf-32be", "0x0x": "utf-16be", x000: "utf-32le", x0x0: "utf-16le" }[zeros];
}

function invalidContext(content: Uint8Array): string {
  const text = Buffer.from(content).toString("utf8");
  return text.slice(Math.max(0, text.indexOf("\uFFFD") - 16));
}

function charsetProblem(name: string, message: string, evidence: string): Problem {
  return {
    category: "encoding",
    rule: `lazaret/charset/${name}`,
    severity: "medium",
    message,
    evidence,
    remedy: { kind: "none" },
  };
}
