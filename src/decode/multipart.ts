import { BudgetExceeded } from "../core/budget.ts";
import type { Decoded, EmbeddedPart, FormatContext, FormatDecoder, Problem } from "./format.ts";
import { type LeafEntry, leafList } from "./leaf-list.ts";
import { mimeEntity, readMimeHeader } from "./mime.ts";

/** Multipart content (RFC 2046, section 5.1; RFC 7578): every body part is a part of its own. */
export const multipartDecoder: FormatDecoder = {
  name: "multipart",
  mediaTypes: ["form-data", "mixed", "related", "alternative", "digest", "report", "signed", "byteranges"].map(
    (subtype) => `multipart/${subtype}`,
  ),
  raw: true,
  decode: decodeMultipart,
};

function decodeMultipart(source: Uint8Array, context: FormatContext): Decoded {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const parts: BodyParts = { embedded: [], entries: [], problems: [] };
  readBodyParts(bytes, 0, parts, context);
  context.budget.takeLeaves(parts.entries.length);
  return { leaves: leafList(parts.entries), problems: parts.problems, embedded: parts.embedded };
}

/** Reads the body parts from `start` on, as `context.contentType` delimits them, and adds them to `parts`. */
export function readBodyParts(
  bytes: Buffer,
  start: number,
  parts: BodyParts,
  { budget, contentType, policy }: FormatContext,
): void {
  const boundary = boundaryOf(contentType ?? "");
  if (boundary === undefined) {
    parts.problems.push(malformed("there is no boundary, or more than one"));
    return;
  }
  let closed = false;
  let from = start;
  let isFirst = true;
  for (const { start: end, next, last } of delimiters(bytes, boundary, start)) {
    budget.checkTime();
    if (parts.embedded.length > policy.limits.parts) throw new BudgetExceeded("parts", policy.limits.parts);
    if (isFirst) outside(bytes, from, end, "preamble", parts.embedded);
    else bodyPart(bytes, from, end, parts);
    isFirst = false;
    from = next;
    closed = last;
    if (last) break;
  }
  if (closed) outside(bytes, from, bytes.length, "epilogue", parts.embedded);
  else parts.problems.push(malformed("the closing delimiter is missing"));
}

/** What was found in an entity so far. */
export interface BodyParts {
  readonly embedded: EmbeddedPart[];
  readonly entries: LeafEntry[];
  readonly problems: Problem[];
}

const BOUNDARY = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/gi;

/** The boundary, where the value has exactly one that every reader finds. */
function boundaryOf(contentType: string): string | undefined {
  const unfolded = contentType.replaceAll(/\r?\n[ \t]+/g, " ");
  const found = [...unfolded.matchAll(BOUNDARY)];
  const [, quoted, plain] = found[0] ?? [];
  const isDoubtful = found.length > 1 || /boundary\*|\([^"]*boundary/i.test(unfolded);
  return isDoubtful ? undefined : (quoted ?? plain);
}

interface Delimiter {
  /** Where the content before it ends: before the line end that belongs to the delimiter. */
  readonly start: number;
  /** Where the line after it begins. */
  readonly next: number;
  readonly last: boolean;
}

function* delimiters(bytes: Buffer, boundary: string, first: number): Generator<Delimiter> {
  const mark = Buffer.from(`--${boundary}`, "latin1");
  for (let at = bytes.indexOf(mark, first); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    if (at > first && bytes[at - 1] !== 0x0a) continue;
    const after = at + mark.length;
    const rest = bytes.toString("latin1", after, after + 128);
    const [line, dashes] = /^(--)?[ \t]*(?:\r?\n|$)/.exec(rest) ?? [];
    if (line === undefined) continue;
    const start = at === first ? first : at - (bytes[at - 2] === 0x0d ? 2 : 1);
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
    stub: () => [{ start, end, bytes: new Uint8Array() }],
  });
}

function bodyPart(bytes: Buffer, start: number, end: number, parts: BodyParts): void {
  const index = parts.embedded.length;
  const header = readMimeHeader(bytes, start, end);
  const entity = mimeEntity(bytes, header, end, { label: `part ${index + 1}`, index });
  const firstLeaf = parts.entries.length;
  parts.entries.push(...entity.entries);
  parts.embedded.push(entity.embedded);
  for (const problem of entity.problems)
    parts.problems.push(problem.leaf === undefined ? problem : { ...problem, leaf: problem.leaf + firstLeaf });
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
