import type { DisarmOptions } from "./disarm-policy.ts";
import type { Disarmed } from "./disarmed.ts";

/**
 * What a leaf is in its format. `key` is an object key or a field name: it is inspected, and removing it removes its value too.
 */
export type LeafKind =
  | "string"
  | "number"
  | "literal"
  | "key"
  | "text"
  | "attribute"
  | "comment"
  | "cell"
  | "value"
  | "header";

/** A half-open range of byte offsets into a part's `source`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A range of a part's source and what stands there instead. */
export interface Splice extends Span {
  readonly bytes: Uint8Array;
}

/** A step from the root of a part to a leaf: a member name or an index. */
export type PathSegment = string | number;

/**
 * The leaves of one part, by index. A table and not objects, because a body can have a million of them and
 * nearly all are looked at once: values, paths and spans are made on demand.
 */
export interface LeafTable {
  readonly length: number;
  kind(leaf: number): LeafKind;
  /** The decoded value, as an application would get it. */
  value(leaf: number): string;
  /** Union of the `CharClass` bits of the decoded value's characters. */
  classes(leaf: number): number;
  /** Whether the source holds the value as it is, so that a look at its bytes can spare making it. */
  isVerbatim(leaf: number): boolean;
  /** Where the leaf stands in the source, in its escaped form, without its delimiters. */
  span(leaf: number): Span;
  /** Member names and indexes from the part's root. A key has the segments of its member. */
  segments(leaf: number): readonly PathSegment[];
  /** JSONPath (RFC 9535 normalized), XPath, or cell or line reference. */
  path(leaf: number): string;
  /** A value in the escaped form that this place of the source needs. */
  encode(leaf: number, value: string): string;
  /**
   * What to cut so that these leaves go, each with its key or member, and the rest still parses. Asked for all at once,
   * because which commas go depends on which neighbours stay. Undefined where nothing can be cut.
   */
  removals(leaves: readonly number[]): readonly Span[] | undefined;
}

/** The leaves of a part that has none. */
export const emptyLeaves: LeafTable = {
  length: 0,
  kind: noLeaf,
  value: noLeaf,
  classes: noLeaf,
  isVerbatim: noLeaf,
  span: noLeaf,
  segments: noLeaf,
  path: noLeaf,
  encode: noLeaf,
  removals: () => [],
};

function noLeaf(leaf: number): never {
  throw new RangeError(`no leaf ${leaf}`);
}

/** How a part was carried by its parent: what must be undone to look at it, and done again to put it back. */
export type Carrier =
  | { readonly kind: "body" }
  | {
      readonly kind: "leaf";
      readonly leaf: number;
      /** Gives the parent's leaf its new value from the part's new bytes. */
      readonly encode: (bytes: Uint8Array) => string;
    }
  | {
      /** A record of a stream, a multipart body part: a range of the parent's source. */
      readonly kind: "span";
      readonly span: Span;
      readonly encode: (bytes: Uint8Array) => Uint8Array;
      /** Puts a note for people in the place of a part that cannot be delivered; absent where the format has no place for one. */
      readonly stub?: Stub | undefined;
      /** Says in the parent's source that the part became of another media type; absent where nothing there says what it is. */
      readonly retype?: ((mediaType: string) => readonly Splice[]) | undefined;
    }
  | {
      /** A file inside a file: the parent's disarmer puts it back by its place. */
      readonly kind: "member";
      readonly index: number;
    };

/** What of a source changes so that a note of one line, in ASCII, stands where a part was. */
export type Stub = (note: string) => readonly Splice[];

/** A piece of content with a media type. */
export interface Part {
  /** One step of `location.part`: `body`, `$.attachment (base64)`, `part 2`, `record 17`. */
  readonly label: string;
  readonly parent: Part | undefined;
  readonly carrier: Carrier;
  /** The content as carried, content and transfer encodings removed, charset untouched. */
  readonly bytes: Uint8Array;
  /** Media type that the sender declared, lower case without parameters. */
  readonly declaredType: string | undefined;
  /** Media type that it is inspected as. */
  readonly mediaType: string;
  /** Name of the decoder that read it (`json`, `xml`, `html`, `csv`, …), or `binary`. */
  readonly format: string;
  /** Charset of `bytes`, lower case; `binary` where it is not text. */
  readonly charset: string;
  /** The text as UTF-8 without a byte order mark: what spans point into. Same memory as `bytes` for plain UTF-8; empty for binary. */
  readonly source: Uint8Array;
  /** Turns a new source into bytes in the part's own charset, byte order mark included. */
  readonly encodeSource: (source: Uint8Array) => Uint8Array;
  readonly leaves: LeafTable;
  readonly children: readonly Part[];
  /** What its format's disarmer made of it, the files inside left as they are; absent where none has looked. */
  readonly disarmed?: Disarmed;
  /** How that was done, for whoever writes it anew. */
  readonly disarmOptions?: DisarmOptions;
}

/** A part and everything below it, parents first. */
export function* partsOf(root: Part): Generator<Part> {
  yield root;
  for (const child of root.children) yield* partsOf(child);
}

/** `location.part`: the chain of labels from the body. */
export function partLocation(part: Part): string {
  return part.parent === undefined ? part.label : `${partLocation(part.parent)} > ${part.label}`;
}
