import type { Budget } from "../core/budget.ts";
import type { Action, Category, Severity } from "../core/category.ts";
import type { Remedy } from "../core/finding.ts";
import type { LeafTable, Span, Splice, Stub } from "../core/part.ts";
import type { Policy } from "../core/policy.ts";

/** What a format decoder is given beside the source. */
export interface FormatContext {
  readonly budget: Budget;
  readonly policy: Policy;
  /** Full `Content-Type` value as declared, with parameters (multipart needs its boundary), or undefined. */
  readonly contentType: string | undefined;
}

/** Something wrong or hostile in the format itself; becomes a `Detection` of stage `decode` on the part. */
export interface Problem {
  readonly category: Category;
  /** `lazaret/…` */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly evidence: string;
  readonly leaf?: number;
  readonly path?: string;
  readonly remedy?: Remedy;
  readonly atMost?: Action;
  readonly byDefault?: Action;
}

/** A piece of the source that is content of its own: a multipart body part, a record's data. */
export interface EmbeddedPart {
  readonly label: string;
  readonly span: Span;
  /** The piece with its transfer encoding undone. */
  readonly bytes: Uint8Array;
  /** Its declared `Content-Type` value with parameters, or undefined. */
  readonly contentType: string | undefined;
  /** What stands in the source at `span` when the piece becomes these bytes. */
  readonly encode: (bytes: Uint8Array) => Uint8Array;
  /** Puts a note in its place where it cannot be delivered. */
  readonly stub?: Stub;
  /** Says what it is where it became of another media type. */
  readonly retype?: (mediaType: string) => readonly Splice[];
  /** What is wrong with the piece itself, beside what it holds. */
  readonly problems?: readonly Problem[];
}

export interface Decoded {
  readonly leaves: LeafTable;
  readonly problems: readonly Problem[];
  readonly embedded: readonly EmbeddedPart[];
}

/** Reads one text format. One file a format, one line in the registry. */
export interface FormatDecoder {
  readonly name: string;
  /** Reads the bytes as they are: the format is no text as a whole. */
  readonly raw?: true;
  /** Media types it takes, lower case; `+suffix` for structured syntax suffixes (RFC 6839). */
  readonly mediaTypes: readonly string[];
  /**
   * `source` is UTF-8 without a byte order mark, possibly empty. Throws only `BudgetExceeded`; text that does not
   * parse gives a `malformed` problem and what leaves could be read.
   */
  decode(source: Uint8Array, context: FormatContext): Decoded;
}
