import { BudgetExceeded } from "../core/budget.ts";
import type { Decoded, EmbeddedPart, FormatContext, FormatDecoder, Problem } from "./format.ts";
import { type LeafEntry, leafList } from "./leaf-list.ts";

/** Multipart content (RFC 2046, section 5.1; RFC 7578): every body part is a part of its own. */
export const multipartDecoder: FormatDecoder = {
  name: "multipart",
  mediaTypes: ["form-data", "mixed", "related", "alternative", "digest", "report", "signed", "byteranges"].map(
    (subtype) => `multipart/${subtype}`,
  ),
  raw: true,
  decode: decodeMultipart,
};

function decodeMultipart(source: Uint8Array, { budget, contentType, policy }: FormatContext): Decoded {
  const boundary = boundaryOf(contentType ?? "");
  if (boundary === undefined)
    return { leaves: leafList([]), problems: [malformed("there is no boundary")], embedded: [] };
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const entries: LeafEntry[] = [];
  const embedded: EmbeddedPart[] = [];
  const problems: Problem[] = [];
  let closed = false;
  let from = 0;
  for (const { start, next, last } of delimiters(bytes, boundary)) {
    budget.checkTime();
    if (embedded.length > policy.limits.parts) throw new BudgetExceeded("parts", policy.limits.parts);
    if (from === 0) outside(bytes, 0, start, "preamble", embedded);
    else bodyPart(bytes, from, start, embedded, entries);
    from = next;
    closed = last;
    if (last) break;
  }
  if (closed) outside(bytes, from, bytes.length, "epilogue", embedded);
  else problems.push(malformed("the closing delimiter is missing"));
  budget.takeLeaves(entries.length);
  return { leaves: leafList(entries), problems, embedded };
}

function boundaryOf(contentType: string): string | undefined {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? [];
  return quoted ?? plain;
}

interface Delimiter {
  /** Where the content before it ends: before the line end that belongs to the delimiter. */
  readonly start: number;
  /** Where the line after it begins. */
  readonly next: number;
  readonly last: boolean;
}

function* delimiters(bytes: Buffer, boundary: string): Generator<Delimiter> {
  const mark = Buffer.from(`--${boundary}`, "latin1");
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    if (at > 0 && bytes[at - 1] !== 0x0a) continue;
    const after = at + mark.length;
    const rest = bytes.toString("latin1", after, after + 128);
    const [line, dashes] = /^(--)?[ \t]*(?:\r?\n|$)/.exec(rest) ?? [];
    if (line === undefined) continue;
    const start = at === 0 ? 0 : at - (bytes[at - 2] === 0x0d ? 2 : 1);
    yield { start, next: after + line.length, last: dashes !== undefined };
  }
}

/** What stands before the first delimiter or after the last is for nobody, and so nothing is hidden there. */
function outside(bytes: Buffer, start: number, end: number, label: string, embedded: EmbeddedPart[]): void {
  if (bytes.toString("latin1", start, end).trim() === "") return;
  embedded.push({
    label,
    span: { start, end },
    bytes: bytes.subarray(start, end),
    contentType: "text/plain",
    encode: (b) => b,
  });
}

function bodyPart(bytes: Buffer, start: number, end: number, embedded: EmbeddedPart[], entries: LeafEntry[]): void {
  const number = embedded.length + 1;
  const { fields, contentStart } = readHeader(bytes, start, end);
  for (const { name, span } of fields) {
    const value = bytes.toString("utf8", span.start, span.end);
    entries.push({
      kind: "value",
      value,
      span,
      segments: [number - 1, name],
      path: () => `part ${number}, ${name}`,
      encode: (text) => text.replaceAll(/[\r\n]+/g, " "),
    });
  }
  const value = (name: string): string | undefined => {
    const field = fields.find((candidate) => candidate.name === name);
    return field && bytes.toString("latin1", field.span.start, field.span.end);
  };
  const content = bytes.subarray(contentStart, end);
  const coding = value("content-transfer-encoding")?.trim().toLowerCase() ?? "binary";
  const span = { start: contentStart, end };
  const contentType = value("content-type");
  const shared = { label: `part ${number}`, span, contentType };
  if (coding === "base64")
    embedded.push({ ...shared, bytes: Buffer.from(content.toString("latin1"), "base64"), encode: base64Lines });
  else if (coding === "quoted-printable")
    embedded.push({ ...shared, bytes: unquoted(content.toString("latin1")), encode: quotedPrintable });
  else embedded.push({ ...shared, bytes: content, encode: (changed) => changed });
}

interface HeaderSpan {
  readonly name: string;
  readonly span: { readonly start: number; readonly end: number };
}

function readHeader(bytes: Buffer, start: number, end: number): { fields: HeaderSpan[]; contentStart: number } {
  const fields: HeaderSpan[] = [];
  let at = start;
  while (at < end) {
    const feed = bytes.indexOf(0x0a, at);
    const lineEnd = feed < 0 || feed >= end ? end : feed;
    const line = bytes.toString("latin1", at, lineEnd).replace(/\r$/, "");
    const next = Math.min(end, lineEnd + 1);
    if (line === "") return { fields, contentStart: next };
    const [head, name = ""] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*/.exec(line) ?? [];
    const last = fields.at(-1);
    if (head !== undefined)
      fields.push({ name: name.toLowerCase(), span: { start: at + head.length, end: at + line.length } });
    // A line that begins with white space goes on with the field before it.
    else if (/^[ \t]/.test(line) && last !== undefined)
      fields[fields.length - 1] = { ...last, span: { ...last.span, end: at + line.length } };
    else return { fields, contentStart: at };
    at = next;
  }
  return { fields, contentStart: end };
}

function base64Lines(bytes: Uint8Array): Uint8Array {
  return Buffer.from(
    (
      Buffer.from(bytes)
        .toString("base64")
        .match(/.{1,76}/g) ?? []
    ).join("\r\n"),
  );
}

function unquoted(text: string): Buffer {
  const joined = text.replaceAll(/=[ \t]*\r?\n/g, "");
  return Buffer.from(
    joined.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}

function quotedPrintable(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const quoted = text.replaceAll(
    /[^\t\r\n -<>-~]/g,
    (character) => `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return Buffer.from(quoted.replaceAll(/(?:[^=\r\n]|=[0-9A-F]{2}){72}(?=[^\r\n])/g, "$&=\r\n"));
}

function malformed(message: string): Problem {
  return {
    category: "malformed",
    rule: "lazaret/malformed/multipart",
    severity: "high",
    message: `multipart: ${message}`,
    evidence: "",
    remedy: { kind: "none" },
  };
}
