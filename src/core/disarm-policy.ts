import type { Part } from "./part.ts";
import type { Policy } from "./policy.ts";

/** What is done about files of a kind or format. */
export type Outcome =
  /** Taken apart and put together again from what is known to be inert; `sanitize` for HTML, `recurse` for archives. */
  | "sanitize"
  | "rebuild"
  | "recurse"
  /** Every page made a picture, in a PDF; documents without pages are rebuilt. */
  | "flatten"
  /** Taken out of what carries it: a string, an archive, a mail. */
  | "strip"
  /** Delivered as it is, unopened. */
  | "allow"
  /** Costs the response. */
  | "block"
  /** Costs the response until a person releases it. */
  | "quarantine";

/** Rule of the finding about a file that waits for a person. */
export const QUARANTINE_RULE = "lazaret/disarm/quarantine";

/** Kinds of files, each with an outcome of its own. */
export type FileKind = "html" | "pdf" | "office" | "image" | "archive" | "encrypted";

/** Whether what cannot act, but tells or leads somewhere, stays in the files that are opened. */
export type Retention = "keep" | "strip";

/** How a file is disarmed, beyond that nothing in it may act: plain data, which travels to other threads. */
export interface DisarmOptions {
  /** Whether the pages of a document are to become pictures. */
  readonly flatten: boolean;
  /** Links out of a document. Those inside it stay. */
  readonly links: Retention;
  /** What a document says of itself: title, author, dates, programs, a preview. Pictures lose that anyhow. */
  readonly metadata: Retention;
  /** Pixels that one picture may have, over all its frames; undefined where only the limits of the exchange count. */
  readonly maxPixels: number | undefined;
}

/** What is done about files. */
export interface DisarmPolicy extends Readonly<Record<FileKind, Outcome>>, Readonly<Omit<DisarmOptions, "flatten">> {
  /** Outcomes by name of a format, before those of its kind. */
  readonly formats: Readonly<Record<string, Outcome>>;
  /** Media types of files that may be delivered, `image/*` for a whole family; undefined where all may. */
  readonly types: readonly string[] | undefined;
  /** Bytes of one file beyond which it is not delivered; undefined where only the limits of the exchange count. */
  readonly maxSize: number | undefined;
}

/** What is different on a route or at a path. */
export type DisarmOverride = Partial<DisarmPolicy>;

/** A policy with some of it replaced; of `formats`, those that are named. */
export function withOverride(policy: DisarmPolicy, override: DisarmOverride | undefined): DisarmPolicy {
  if (override === undefined) return policy;
  return { ...policy, ...override, formats: { ...policy.formats, ...override.formats } };
}

/** What is done about a part: the policy, with that of the paths of every string that it came in, the innermost last. */
export function disarmPolicyOf({ disarm, paths }: Policy, part: Part): DisarmPolicy {
  if (paths.every((rule) => rule.disarm === undefined)) return disarm;
  return paths.reduce((policy, rule) => (isAt(part, rule) ? withOverride(policy, rule.disarm) : policy), disarm);
}

/** Whether a part came, directly or in another part, in a string at the path of a rule. */
function isAt(part: Part, { path, disarm }: Policy["paths"][number]): boolean {
  if (disarm === undefined) return false;
  for (let at = part; at.parent !== undefined; at = at.parent)
    if (at.carrier.kind === "leaf" && path(at.parent.leaves.segments(at.carrier.leaf))) return true;
  return false;
}

/** How a file of a format, else of its kind, is disarmed where it is opened. */
export function disarmOptionsOf(policy: DisarmPolicy, format: string, kind: FileKind): DisarmOptions {
  const { links, metadata, maxPixels } = policy;
  return { flatten: outcomeOf(policy, format, kind) === "flatten", links, metadata, maxPixels };
}

/** The outcome for a file of a format, else for its kind. */
export function outcomeOf(policy: DisarmPolicy, format: string, kind: FileKind): Outcome {
  return policy.formats[format] ?? policy[kind];
}
