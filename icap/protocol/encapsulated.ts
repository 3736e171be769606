import { malformed } from "./icap-error.ts";

export type HeadSection = "req-hdr" | "res-hdr";
export type BodySection = "req-body" | "res-body" | "opt-body" | "null-body";

/** What an `Encapsulated` field says follows the head (RFC 3507, section 4.4.1). */
export interface Encapsulated {
  /** HTTP heads in order, with their length in bytes. */
  readonly heads: readonly { readonly section: HeadSection; readonly length: number }[];
  readonly body: BodySection;
}

const HEADS: readonly string[] = ["req-hdr", "res-hdr"] satisfies HeadSection[];
const BODIES: readonly string[] = ["req-body", "res-body", "opt-body", "null-body"] satisfies BodySection[];
const ENTRY = /^([a-z-]+)[ \t]*=[ \t]*(\d{1,9})$/;

function isHead(name: string): name is HeadSection {
  return HEADS.includes(name);
}

function isBody(name: string): name is BodySection {
  return BODIES.includes(name);
}

/** Reads the field's value; a head longer than `longest` bytes is refused before anything is kept of it. Throws `IcapError`. */
export function parseEncapsulated(value: string, longest: number): Encapsulated {
  const entries = value.split(",").map((entry) => {
    const [, name = "", offset] = ENTRY.exec(entry.trim().toLowerCase()) ?? [];
    if (offset === undefined) throw malformed("Encapsulated is not a list of sections with their offsets");
    return { name, offset: Number(offset) };
  });
  if (entries[0]?.offset !== 0) throw malformed("the first offset in Encapsulated is not 0");
  const heads: { section: HeadSection; length: number }[] = [];
  for (const [i, { name, offset }] of entries.entries()) {
    const next = entries[i + 1];
    if (next === undefined) {
      if (!isBody(name)) throw malformed("the last section in Encapsulated is no body");
      return { heads, body: name };
    }
    const length = next.offset - offset;
    if (!isHead(name)) throw malformed("a section in Encapsulated that is not the last is no header section");
    if (length <= 0) throw malformed("the offsets in Encapsulated do not increase");
    if (length > longest) throw malformed(`an encapsulated head is longer than ${longest} bytes`);
    if (heads.some(({ section }) => section === name) || (name === "req-hdr" && heads.length > 0))
      throw malformed("the sections in Encapsulated are repeated or out of order");
    heads.push({ section: name, length });
  }
  throw malformed("Encapsulated is empty");
}

/** The field's value for heads of these lengths and a body. */
export function formatEncapsulated({ heads, body }: Encapsulated): string {
  let offset = 0;
  const entries = heads.map(({ section, length }) => {
    const entry = `${section}=${offset}`;
    offset += length;
    return entry;
  });
  return [...entries, `${body}=${offset}`].join(", ");
}
