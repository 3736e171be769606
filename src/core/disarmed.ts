import type { Category } from "./category.ts";
import type { Budget } from "./budget.ts";
import type { DisarmOptions, FileKind } from "./disarm-policy.ts";

/** What of a kind was taken out of a file, in words a person understands: `2 macros`. */
export interface Removal {
  readonly count: number;
  /** The noun where there is one of it: `external template`. */
  readonly one: string;
  /** The noun where there are more. */
  readonly many: string;
}

/** A file that cannot be rebuilt, and why: `unscannable` for what cannot be read, `malformed` for damage and ambiguity. */
export interface Refusal {
  readonly kind: "refused";
  readonly category: Category;
  /** One word that ends the finding's rule: `encrypted`, `damaged`, `pixels`. */
  readonly cause: string;
  /** A clause that names what is wrong: `the document is encrypted`. */
  readonly reason: string;
}

/** What disarming a file came to. */
export type Disarmed =
  /** Nothing had to go: the bytes stay as they are. */
  | { readonly kind: "clean" }
  /** Written anew. Nothing is removed where only files inside were replaced. */
  | {
      readonly kind: "rebuilt";
      readonly bytes: Uint8Array;
      readonly removed: readonly Removal[];
      /** Media type of what it became, where that is another. */
      readonly mediaType?: string;
    }
  | Refusal;

/** A file inside a file: a member of an archive, an attachment, a picture in a document. */
export interface Member {
  /** As its container spells it: a path, a file name. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** `Content-Type` value that the container declares for it. */
  readonly contentType?: string | undefined;
}

/** A file taken apart: the files inside, and what has to go even if they stay. */
export interface OpenedFile {
  readonly members: readonly Member[];
  readonly disarmed: Disarmed;
}

/** A format whose files can be disarmed. */
export interface FileFormat {
  /** `zip`, `png`, `ooxml`. */
  readonly name: string;
  readonly mediaType: string;
  /** Key of `policy.disarm` that decides about it. */
  readonly key: FileKind;
}

/** New bytes of members by their index; undefined for one that goes. */
export type Replaced = ReadonlyMap<number, Uint8Array | undefined>;

/** Content disarm for files, as decoding and rewriting use it. */
export interface FileDisarm {
  /** The format of content whose signature or declaration says `mediaType`, or undefined where no disarmer takes it. */
  formatOf(mediaType: string, bytes: Uint8Array): FileFormat | undefined;
  /** Takes a file apart; with `flatten`, makes the pages of a document that has some pictures. Rejects only with `BudgetExceeded`. */
  open(format: string, bytes: Uint8Array, options: DisarmOptions, budget: Budget): Promise<OpenedFile>;
  /** Writes a file anew with some members replaced, under the options that it was opened with. Rejects only with `BudgetExceeded`. */
  rebuild(
    format: string,
    bytes: Uint8Array,
    replaced: Replaced,
    options: DisarmOptions,
    budget: Budget,
  ): Promise<Disarmed>;
}

/** `2 macros, 1 external template`. */
export function removalsText(removed: readonly Removal[]): string {
  return removed.map(({ count, one, many }) => `${count} ${count === 1 ? one : many}`).join(", ");
}
