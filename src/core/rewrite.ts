import { evidenceOf } from "./evidence.ts";
import type { Exchange } from "./exchange.ts";
import type { Decision, Examination } from "./examination.ts";
import type { Remedy } from "./finding.ts";
import { type HeaderField, type HeaderList, withHeader, withoutHeaders } from "./headers.ts";
import { locationOf } from "./location.ts";
import { renamedFor } from "./renamed.ts";
import type { Part, Splice } from "./part.ts";
import type { Disarm, InspectionContext, LeafEdit, PartEdits } from "./stage.ts";
import type { Change } from "./verdict.ts";

/** Content disarm by format name. */
export type DisarmByFormat = Readonly<Record<string, Disarm>>;

/** A response with everything that was to be sanitized made harmless. */
export interface Rewritten {
  readonly exchange: Exchange;
  readonly changes: readonly Change[];
}

/** Header fields that describe the exact bytes of the vendor's body, and so no longer hold when it changes. */
const BODY_FIELDS = [
  "Content-Encoding",
  "Content-MD5",
  "Content-Digest",
  "Repr-Digest",
  "Digest",
  "ETag",
  "Last-Modified",
  "Accept-Ranges",
  "Transfer-Encoding",
] as const;

/** Characters of a note: far below the length of a line that mail allows (RFC 5322, section 2.1.1). */
const LONGEST_NOTE = 500;

/** Thrown inside a rewrite where a part can neither be disarmed nor be replaced in its parent. */
class CannotDisarm extends Error {}

/**
 * Applies the `sanitize` decisions of an examination, innermost parts first: the smallest change that makes each
 * harmless. Undefined where something cannot be made safe.
 */
export async function rewrite(
  examination: Examination,
  disarm: DisarmByFormat,
  context: InspectionContext,
): Promise<Rewritten | undefined> {
  const { tree } = examination;
  const changes: Change[] = [];
  const byPart = Map.groupBy(
    examination.decisions.filter(({ action }) => action === "sanitize"),
    ({ detection }) => detection.part,
  );
  const rewriter = new Rewriter(byPart, disarm, context, changes);
  try {
    const headers = rewriter.headers(tree.headers, tree.exchange.headers);
    const body = await rewriter.part(tree.body);
    const became = rewriter.mediaTypeAfter(tree.body);
    const exchange =
      body === undefined
        ? { ...tree.exchange, headers }
        : { ...tree.exchange, body, headers: describeBody(headers, body, became) };
    return { exchange, changes };
  } catch (error) {
    if (error instanceof CannotDisarm) return undefined;
    throw error;
  }
}

/** The fields of a body that was rewritten; `became` is its media type where that is another than it was. */
function describeBody(headers: HeaderList, body: Uint8Array, became: string | undefined): HeaderList {
  const described = withHeader(withoutHeaders(headers, ...BODY_FIELDS), "Content-Length", String(body.length));
  if (became === undefined) return described;
  return withHeader(described, "Content-Type", became).map(([name, value]): HeaderField => {
    return [name, name.toLowerCase() === "content-disposition" ? renamedFor(value, became) : value];
  });
}

class Rewriter {
  readonly #byPart: ReadonlyMap<Part, readonly Decision[]>;
  readonly #disarm: DisarmByFormat;
  readonly #context: InspectionContext;
  readonly #changes: Change[];

  constructor(
    byPart: ReadonlyMap<Part, readonly Decision[]>,
    disarm: DisarmByFormat,
    context: InspectionContext,
    changes: Change[],
  ) {
    this.#byPart = byPart;
    this.#disarm = disarm;
    this.#context = context;
    this.#changes = changes;
  }

  /** The header fields after their edits. */
  headers(part: Part, headers: HeaderList): HeaderList {
    const edits = this.#leafEdits(part);
    return headers.flatMap(([name, value], leaf): HeaderField[] => {
      const edit = edits.get(leaf);
      if (edit?.kind === "remove") return [];
      return [[name, edit?.value ?? value]];
    });
  }

  /** New bytes of a part, or undefined where nothing in it changes. */
  async part(part: Part): Promise<Uint8Array | undefined> {
    const decisions = this.#byPart.get(part) ?? [];
    const whole = decisions.filter(({ detection }) => detection.leaf === undefined);
    const hopeless = whole.find(({ detection: { remedy = REBUILD } }) => !/^(?:rebuild|replace)$/.test(remedy.kind));
    if (hopeless !== undefined) throw new CannotDisarm(hopeless.detection.message);
    // What is still to be rebuilt in a replacement, or in the part itself, is seen when the result is inspected.
    const replacement = this.#replacement(part);
    if (replacement !== undefined) return this.#replaced(part, replacement);
    const rebuild = whole.length > 0;
    const leaves = this.#leafEdits(part);
    const children = new Map<Part, Uint8Array | undefined>();
    const stubs: Splice[] = [];
    for (const child of part.children) await this.#child(child, part, { leaves, children, stubs });
    if (!rebuild && leaves.size === 0 && children.size === 0 && stubs.length === 0) return undefined;
    return await this.#rebuilt(part, { leaves, children, stubs, rebuild });
  }

  /** What an external service made of a part. */
  #replacement(part: Part): Uint8Array | undefined {
    for (const { detection } of this.#byPart.get(part) ?? [])
      if (detection.leaf === undefined && detection.remedy?.kind === "replace") return detection.remedy.bytes;
    return undefined;
  }

  /** Media type of what a part was rebuilt as, where that is another than it was. */
  mediaTypeAfter(part: Part): string | undefined {
    const { disarmed } = part;
    return disarmed?.kind === "rebuilt" && this.#replacement(part) === undefined ? disarmed.mediaType : undefined;
  }

  #replaced(part: Part, bytes: Uint8Array): Uint8Array {
    const [before, after] = [part.bytes, bytes].map(({ length }) => `${length} bytes`);
    const change = { before: `${before} of ${part.mediaType}`, after: `${after}, from an external service` };
    this.#changes.push({ location: locationOf(part, undefined), ...change });
    return bytes;
  }

  async #rebuilt(part: Part, edits: PartEdits): Promise<Uint8Array> {
    const bytes = await this.#disarm[part.format]?.(part, edits, this.#context);
    if (bytes === undefined) throw new CannotDisarm(this.#byPart.get(part)?.[0]?.detection.message);
    if (edits.rebuild)
      this.#changes.push({
        location: locationOf(part, undefined),
        before: `${part.bytes.length} bytes of ${part.mediaType}`,
        after: `${bytes.length} bytes, rebuilt`,
      });
    return bytes;
  }

  /** Puts a changed child back into its parent: as an edit of the leaf that carried it, or as bytes. */
  async #child(child: Part, parent: Part, { leaves, children, stubs }: Growing): Promise<void> {
    const { carrier } = child;
    try {
      const changed = await this.part(child);
      if (changed === undefined) return;
      const became = this.mediaTypeAfter(child);
      if (carrier.kind === "span" && became !== undefined) stubs.push(...(carrier.retype?.(became) ?? []));
      if (carrier.kind !== "leaf") children.set(child, changed);
      else if (!leaves.has(carrier.leaf)) leaves.set(carrier.leaf, { kind: "replace", value: carrier.encode(changed) });
    } catch (error) {
      if (!(error instanceof CannotDisarm)) throw error;
      // What cannot be disarmed but came inside a string or a file costs only that string or member.
      if (carrier.kind === "leaf") leaves.set(carrier.leaf, this.#edit(parent, carrier.leaf, { kind: "redact" }));
      else if (carrier.kind === "member") children.set(child, this.#dropped(child, undefined));
      else if (carrier.kind === "span" && carrier.stub !== undefined) {
        const note = noteOf(child, error.message, this.#context.policy.redaction);
        stubs.push(...carrier.stub(note));
        this.#dropped(child, note);
      } else throw error;
    }
  }

  /** Notes that a file inside a file goes, and what stands there for people. */
  #dropped(member: Part, after: string | undefined): undefined {
    const before = `${member.bytes.length} bytes of ${member.mediaType}`;
    const location = locationOf(member, undefined);
    this.#changes.push({ location, before, after: after === undefined ? undefined : evidenceOf(after) });
  }

  #leafEdits(part: Part): Map<number, LeafEdit> {
    const remedies = new Map<number, Remedy>();
    for (const { detection } of this.#byPart.get(part) ?? []) {
      const { leaf, remedy = REDACT } = detection;
      if (leaf === undefined) continue;
      if (remedy.kind === "none" || remedy.kind === "rebuild" || remedy.kind === "replace")
        throw new CannotDisarm(detection.message);
      const former = remedies.get(leaf);
      remedies.set(leaf, former === undefined ? remedy : bothRemedies(former, remedy));
    }
    return new Map([...remedies].map(([leaf, remedy]) => [leaf, this.#edit(part, leaf, remedy)]));
  }

  #edit(part: Part, leaf: number, remedy: Remedy): LeafEdit {
    const before = part.leaves.value(leaf);
    const edit = editOf(part, leaf, before, remedy, this.#context.policy.redaction);
    this.#changes.push({
      location: locationOf(part, leaf),
      before: evidenceOf(before),
      after: edit.kind === "remove" ? undefined : evidenceOf(edit.value),
    });
    return edit;
  }
}

/** Edits of a part while its children are looked at. */
interface Growing {
  readonly leaves: Map<number, LeafEdit>;
  readonly children: Map<Part, Uint8Array | undefined>;
  readonly stubs: Splice[];
}

/** What people read in the place of a part: in ASCII and one line, so that any mail program shows it. */
function noteOf({ bytes, mediaType }: Part, reason: string, redaction: string): string {
  const note = `${redaction} ${bytes.length} bytes of ${mediaType}${reason === "" ? "" : `: ${reason}`}`;
  return note.replaceAll(/[^ -~]/g, "?").slice(0, LONGEST_NOTE);
}

const REBUILD: Remedy = { kind: "rebuild" };
const REDACT: Remedy = { kind: "redact" };

function editOf(part: Part, leaf: number, before: string, remedy: Remedy, redaction: string): LeafEdit {
  if (remedy.kind === "rewrite") return { kind: "replace", value: remedy.rewrite(before) };
  if (remedy.kind === "remove" || part.leaves.kind(leaf) === "key") return { kind: "remove" };
  return { kind: "replace", value: redaction };
}

/** The remedy that serves both: the stronger one, or both rewrites in turn. */
function bothRemedies(a: Remedy, b: Remedy): Remedy {
  if (a.kind === "remove" || b.kind === "remove") return { kind: "remove" };
  if (a.kind !== "rewrite" || b.kind !== "rewrite") return REDACT;
  return { kind: "rewrite", rewrite: (value) => b.rewrite(a.rewrite(value)) };
}
