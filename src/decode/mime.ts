import { isHostileName, safeName } from "../core/disposition.ts";
import type { Span, Splice, Stub } from "../core/part.ts";
import { renamedFor } from "../core/renamed.ts";
import { decodeWords, encodeWords } from "./encoded-words.ts";
import type { EmbeddedPart, Problem } from "./format.ts";
import type { LeafEntry } from "./leaf-list.ts";
import { undoTransferCoding } from "./transfer-coding.ts";
import { typeOfName } from "./type-of-name.ts";

/** A field of a header section: its name in lower case, its value as written, folds included. */
export interface MimeField {
  readonly name: string;
  readonly span: Span;
}

/** A header section and where the content after it begins. */
export interface MimeHeader {
  readonly fields: readonly MimeField[];
  readonly contentStart: number;
  /** A line that is no field and no fold ended the section. */
  readonly isBroken: boolean;
}

/** An entity (RFC 2045, section 2.4) taken apart: its fields as leaves, its content as a part. */
export interface MimeEntity {
  readonly entries: readonly LeafEntry[];
  readonly embedded: EmbeddedPart;
  readonly problems: readonly Problem[];
}

/** Fields that programs read differently where there are two. */
const SINGLE = ["content-type", "content-transfer-encoding", "content-disposition"] as const;

/** Fields that carry mail and say how it is written: their syntax looks like attacks, and what they hold is read by programs for mail alone. */
const FOR_MACHINES =
  /^(?:received.*|return-path|delivered-to|message-id|references|in-reply-to|mime-version|date|content-(?:type|transfer-encoding|id|length|language|md5)|dkim-.*|domainkey-.*|arc-.*|authentication-results|x-(?:notes|spam|ms|microsoft|google|ironport|virus)-.*)$/;

/** Reads a header section (RFC 5322, section 2.2), both kinds of line ends. */
export function readMimeHeader(bytes: Buffer, start: number, end: number): MimeHeader {
  const fields: MimeField[] = [];
  let at = start;
  while (at < end) {
    const feed = bytes.indexOf(0x0a, at);
    const lineEnd = feed < 0 || feed >= end ? end : feed;
    const line = bytes.toString("latin1", at, lineEnd).replace(/\r$/, "");
    const next = Math.min(end, lineEnd + 1);
    if (line === "") return { fields, contentStart: next, isBroken: false };
    const [head, name = ""] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*/.exec(line) ?? [];
    const last = fields.at(-1);
    if (head !== undefined)
      fields.push({ name: name.toLowerCase(), span: { start: at + head.length, end: at + line.length } });
    // A line that begins with white space goes on with the field before it.
    else if (/^[ \t]/.test(line) && last !== undefined)
      fields[fields.length - 1] = { ...last, span: { ...last.span, end: at + line.length } };
    else return { fields, contentStart: at, isBroken: true };
    at = next;
  }
  return { fields, contentStart: end, isBroken: false };
}

/** The value of the first field of a name, unfolded. */
export function mimeValue(bytes: Buffer, fields: readonly MimeField[], name: string): string | undefined {
  const field = fields.find((candidate) => candidate.name === name);
  return field && decodeWords(bytes.toString("latin1", field.span.start, field.span.end));
}

/** Takes an entity apart; `label` names it where it has no file name, `index` is its place among its siblings. */
export function mimeEntity(
  bytes: Buffer,
  { fields, contentStart }: MimeHeader,
  end: number,
  { label, index }: { readonly label: string; readonly index: number },
): MimeEntity {
  const value = (name: string): string | undefined => mimeValue(bytes, fields, name);
  const entries = fields
    .filter(({ name }) => !FOR_MACHINES.test(name))
    .flatMap(({ name, span }) => valueSpans(bytes, name, span))
    .map(({ name, span, isName }): LeafEntry => ({
      kind: "value",
      value: decodeWords(bytes.toString("utf8", span.start, span.end)),
      span,
      segments: [index, name],
      path: () => `${label}, ${name}`,
      encode: isName ? (text) => encodeWords(text.replaceAll(/["\\;]/g, "_")) : encodeWords,
    }));
  const content = bytes.subarray(contentStart, end);
  const problems = SINGLE.filter((name) => fields.filter((field) => field.name === name).length > 1).map((name) =>
    malformedMime(`${label} has more than one ${name}`),
  );
  problems.push(...entries.flatMap(fileNameProblem));
  const name = fileNameOf(value("content-disposition"), value("content-type"));
  const transferred = undoTransferCoding(value("content-transfer-encoding") ?? "", content);
  const embedded = {
    label: name ?? label,
    span: { start: contentStart, end },
    contentType: contentTypeOf(value("content-type"), name),
    stub: stubOf(fields, { start: contentStart, end }),
    retype: (mediaType: string) => retyped(bytes, fields, mediaType),
    problems: contentProblems(value("content-type") ?? "", "unknown" in transferred ? content : transferred.bytes),
    ...("unknown" in transferred
      ? {
          bytes: content,
          encode: (changed: Uint8Array) => changed,
          // What is coded is not of the type that it is the code of.
          contentType: undefined,
          problems: [unreadable(`${label}: ${transferred.unknown}`)],
        }
      : transferred),
  };
  return { entries, embedded, problems };
}

/** Content that lies elsewhere, is cut in pieces, is locked, or is hidden in text. */
function contentProblems(type: string, content: Uint8Array): Problem[] {
  if (/^\s*message\/(?:external-body|partial)\b/i.test(type)) return [unreadable("its content is not in the mail")];
  if (/^\s*(?:multipart\/encrypted\b|application\/(?:x-)?pkcs7-mime\b)/i.test(type))
    return [
      { ...unreadable("it is encrypted, or signed in a form that hides it"), rule: "lazaret/unscannable/encrypted" },
    ];
  // What is in a multipart is looked at part by part.
  if (/^\s*multipart\//i.test(type)) return [];
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
  return /^begin [0-7]{3,4} \S[^\r\n]{0,255}\r?\n[!-`]/m.test(text)
    ? [unreadable("a file is hidden in its text (uuencode)")]
    : [];
}

/** What the fields of an entity say where a note took the place of its content. */
const NOTE_FIELDS: ReadonlyMap<string, string> = new Map([
  ["content-type", "text/plain; charset=us-ascii"],
  ["content-transfer-encoding", "7bit"],
  ["content-disposition", "inline"],
]);

/** The fields of an entity that became of another media type: the type, and the ending of its names. */
function retyped(bytes: Buffer, fields: readonly MimeField[], mediaType: string): readonly Splice[] {
  return fields
    .filter(({ name }) => name === "content-type" || name === "content-disposition")
    .map(({ name, span }) => {
      const value = renamedFor(bytes.toString("latin1", span.start, span.end), mediaType);
      const typed = name === "content-type" ? value.replace(/^[^;\s]+/, mediaType) : value;
      return { ...span, bytes: Buffer.from(typed, "latin1") };
    });
}

function stubOf(fields: readonly MimeField[], content: Span): Stub {
  return (note) => [
    ...fields.flatMap(({ name, span }) => {
      const value = NOTE_FIELDS.get(name);
      return value === undefined ? [] : [{ ...span, bytes: Buffer.from(value) }];
    }),
    { ...content, bytes: Buffer.from(`${note}\r\n`) },
  ];
}

/** The declared type; where it says nothing, what the file's name says; of multipart kinds nobody knows, `mixed` (RFC 2046, 5.1.3). */
function contentTypeOf(declared: string | undefined, name: string | undefined): string | undefined {
  if (
    name !== undefined &&
    (declared === undefined || /^\s*(?:application\/octet-stream|text\/plain)\b/i.test(declared))
  )
    return typeOfName(name) ?? declared;
  return declared?.replace(/^\s*multipart\/(?!form-data|byteranges)[\w.+-]+/i, "multipart/mixed");
}

function fileNameOf(disposition = "", type = ""): string | undefined {
  const [, quoted, plain] =
    /;\s*filename\s*=\s*(?:"([^"]{1,255})"|([^\s;"]{1,255}))/i.exec(disposition) ??
    /;\s*name\s*=\s*(?:"([^"]{1,255})"|([^\s;"]{1,255}))/i.exec(type) ??
    [];
  return quoted ?? plain;
}

const PARAMETER = /;\s*([\w-]{1,32}\*?)\s*=\s*(?:"([^"\r\n]{0,1024})"|([^\s;"]{1,1024}))/g;

/** What of a field may change: of a disposition, the names that it gives, so that what is around them still reads. */
function valueSpans(bytes: Buffer, field: string, span: Span): { name: string; span: Span; isName: boolean }[] {
  if (field !== "content-disposition") return [{ name: field, span, isName: false }];
  const value = bytes.toString("latin1", span.start, span.end);
  return [...value.matchAll(PARAMETER)].map(({ 0: whole, 1: parameter = "", 2: quoted, 3: plain = "", index }) => {
    const end = span.start + index + whole.length - (quoted === undefined ? 0 : 1);
    return {
      name: `content-disposition, ${parameter.toLowerCase()}`,
      span: { start: end - (quoted ?? plain).length, end },
      isName: true,
    };
  });
}

function fileNameProblem({ segments, value }: LeafEntry, leaf: number): Problem[] {
  if (!/, filename\*?$/.test(String(segments[1])) || !isHostileName(value)) return [];
  return [
    {
      category: "header",
      rule: "lazaret/header/file-name",
      severity: "high",
      message: "the file name of an attachment leaves its folder or hides what it is",
      evidence: value,
      leaf,
      remedy: { kind: "rewrite", rewrite: safeName },
    },
  ];
}

/** Content that readers would take apart in different ways. */
export function malformedMime(message: string): Problem {
  return {
    category: "malformed",
    rule: "lazaret/malformed/mime",
    severity: "high",
    message,
    evidence: "",
    remedy: { kind: "none" },
  };
}

/** Content that cannot be looked at. */
export function unreadable(message: string): Problem {
  return { ...malformedMime(message), category: "unscannable", rule: "lazaret/unscannable/mime" };
}
