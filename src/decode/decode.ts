import { BudgetExceeded } from "../core/budget.ts";
import { type DisarmOptions, disarmOptionsOf, disarmPolicyOf } from "../core/disarm-policy.ts";
import type { FileDisarm } from "../core/disarmed.ts";
import { evidenceOf } from "../core/evidence.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Detection } from "../core/finding.ts";
import { headerValue } from "../core/headers.ts";
import { HEADERS_FORMAT } from "../core/location.ts";
import type { Carrier, Part } from "../core/part.ts";
import { pathKind } from "../core/policy.ts";
import type { Decode, Decoding, InspectionContext } from "../core/stage.ts";
import { toSource } from "./charset.ts";
import {
  closedFile,
  fileProblem,
  isOpened,
  isUnread,
  isVague,
  tooLarge,
  typeConfusion,
  typeNotAllowed,
  unscannable,
} from "./classify.ts";
import { contentCodings, undoContentCodings } from "./content-coding.ts";
import { parseContentType } from "./content-type.ts";
import { declaredString, embeddedIn } from "./embedded.ts";
import { emailDecoder, looksLikeMail } from "./email.ts";
import type { FormatDecoder, Problem } from "./format.ts";
import { shortPath } from "./json-leaves.ts";
import { leafList } from "./leaf-list.ts";
import { decoderNamed, decoderOf } from "./registry.ts";
import { isXmlFile, looksLikeText, sniffDocument, sniffSignature, sniffText, type Sniffed } from "./sniff.ts";
import { textDecoder } from "./text.ts";
import { typeOfName } from "./type-of-name.ts";

/** Takes an exchange apart into its header fields and the tree of its body's parts, files left closed. */
export function decode(exchange: Exchange, context: InspectionContext): Decoding {
  return decoding(exchange, new TreeBuilder(context, undefined));
}

/** Takes exchanges apart, the files in them too. */
export function createDecode(files: FileDisarm): Decode {
  return (exchange, context) => {
    const builder = new TreeBuilder(context, files);
    const result = decoding(exchange, builder);
    return builder.hasFiles ? builder.openFiles().then(() => result) : result;
  };
}

function decoding(exchange: Exchange, builder: TreeBuilder): Decoding {
  const body = builder.body(exchange);
  return { tree: { exchange, headers: headersPart(exchange), body }, detections: builder.detections };
}

function headersPart(exchange: Exchange): Part {
  const entries = exchange.headers.map(([name, value]) => ({
    kind: "header" as const,
    value,
    span: { start: 0, end: value.length },
    segments: [name.toLowerCase()],
    path: () => name.toLowerCase(),
    encode: (text: string) => text,
  }));
  return { ...emptyPart("headers", undefined, { kind: "body" }), format: HEADERS_FORMAT, leaves: leafList(entries) };
}

function emptyPart(
  label: string,
  parent: Part | undefined,
  carrier: Carrier,
  bytes: Uint8Array = new Uint8Array(),
): Part {
  return {
    label,
    parent,
    carrier,
    bytes,
    declaredType: undefined,
    mediaType: "application/octet-stream",
    format: "binary",
    charset: "binary",
    source: new Uint8Array(),
    encodeSource: (source) => source,
    leaves: leafList([]),
    children: [],
  };
}

/** A piece of content on its way to becoming a part. */
interface Piece {
  readonly label: string;
  readonly parent: Part | undefined;
  readonly carrier: Carrier;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly depth: number;
}

const SVG: Sniffed = { format: "svg", mediaType: "image/svg+xml" };

const MAIL: Sniffed = { format: "email", mediaType: "message/rfc822" };

/** A file in the tree that waits to be opened. */
interface ClosedFile {
  readonly part: Part;
  readonly children: Part[];
  readonly depth: number;
  readonly options: DisarmOptions;
}

class TreeBuilder {
  readonly detections: Detection[] = [];
  readonly #context: InspectionContext;
  readonly #files: FileDisarm | undefined;
  readonly #closed: ClosedFile[] = [];

  constructor(context: InspectionContext, files: FileDisarm | undefined) {
    this.#context = context;
    this.#files = files;
  }

  get hasFiles(): boolean {
    return this.#closed.length > 0;
  }

  /** Opens every file in the tree, and those inside them, one after the other. */
  async openFiles(): Promise<void> {
    for (let next = this.#closed.shift(); next !== undefined; next = this.#closed.shift()) await this.#open(next);
  }

  async #open({ part, children, depth, options }: ClosedFile): Promise<void> {
    const { budget, policy } = this.#context;
    try {
      budget.checkTime();
      const opened = await this.#files?.open(part.format, part.bytes, options, budget);
      if (opened === undefined) return;
      Object.assign(part, { disarmed: opened.disarmed, disarmOptions: options });
      const problem = fileProblem(part, opened.disarmed, disarmPolicyOf(policy, part));
      if (problem !== undefined) this.#report(part, problem);
      for (const [index, { name, bytes, contentType = typeOfName(name) }] of opened.members.entries()) {
        const carrier: Carrier = { kind: "member", index };
        const label = evidenceOf(name);
        children.push(this.#child({ label, parent: part, carrier, bytes, contentType, depth: depth + 1 }));
      }
    } catch (error) {
      this.#exceeded(part, error);
    }
  }

  body(exchange: Exchange): Part {
    const raw = emptyPart("body", undefined, { kind: "body" }, exchange.body);
    return this.#within(raw, () => {
      const { limits } = this.#context.policy;
      if (exchange.body.length > limits.body) throw new BudgetExceeded("body", limits.body);
      if (exchange.body.length === 0) return raw;
      const codings = contentCodings(exchange.headers);
      const content =
        codings.length === 0
          ? { bytes: exchange.body }
          : undoContentCodings(exchange.body, codings, this.#context.budget);
      if ("problem" in content) {
        this.#report(raw, content.problem);
        return raw;
      }
      const contentType = headerValue(exchange.headers, "content-type");
      return this.#part({ ...raw, bytes: content.bytes, contentType, depth: 1 });
    });
  }

  /** Runs `build`; a budget that runs out in it is a finding about the part. */
  #within(part: Part, build: () => Part): Part {
    try {
      return build();
    } catch (error) {
      this.#exceeded(part, error);
      return part;
    }
  }

  #exceeded(part: Part, error: unknown): void {
    if (!(error instanceof BudgetExceeded)) throw error;
    this.#report(part, {
      category: "limits",
      rule: `lazaret/limits/${error.limit}`,
      severity: "high",
      message: error.message,
      evidence: "",
      remedy: { kind: "none" },
    });
  }

  #report(part: Part, problem: Problem): void {
    this.detections.push({ stage: "decode", part, ...problem });
  }

  #part(piece: Piece): Part {
    this.#context.budget.takePart();
    this.#context.budget.checkDepth(piece.depth);
    const declared = parseContentType(piece.contentType);
    const signature =
      sniffSignature(piece.bytes) ?? sniffDocument(piece.bytes, declared?.mediaType, isVague(declared?.mediaType));
    const base: Part = {
      ...emptyPart(piece.label, piece.parent, piece.carrier, piece.bytes),
      declaredType: declared?.mediaType,
    };
    if (isUnread(declared))
      return this.#binary(base, { format: "binary", mediaType: declared?.mediaType ?? "" }, piece);
    if (signature !== undefined) return this.#binary(base, signature, piece);
    const known = decoderOf(declared?.mediaType ?? "");
    if (known?.raw === true) return this.#text({ ...base, source: piece.bytes }, known, undefined, piece);
    if (isVague(declared?.mediaType) && looksLikeMail(piece.bytes))
      return this.#text({ ...base, source: piece.bytes }, emailDecoder, MAIL, piece);
    const text = toSource(piece.bytes, declared?.charset);
    if (text.charset === "utf-8" && !looksLikeText(text.source) && known === undefined)
      return this.#binary(
        base,
        { format: "binary", mediaType: declared?.mediaType ?? "application/octet-stream" },
        piece,
      );
    const sniffed = sniffText(text.source);
    const part: Part = { ...base, charset: text.charset, source: text.source, encodeSource: text.encodeSource };
    for (const problem of text.problems) this.#report(part, problem);
    const file = declared?.mediaType === "image/svg+xml" ? SVG : sniffed;
    if (file !== undefined && isXmlFile(file) && known?.name !== "html")
      return this.#binary({ ...part, source: new Uint8Array() }, file, piece);
    return this.#text(part, chooseDecoder(declared?.mediaType, sniffed), sniffed, piece);
  }

  #binary(base: Part, sniffed: Sniffed, piece: Piece): Part {
    const confusion = typeConfusion(parseContentType(piece.contentType), sniffed);
    const file = this.#files?.formatOf(sniffed.mediaType, piece.bytes);
    const children: Part[] = [];
    const { name: format, mediaType } = file ?? { name: sniffed.format, mediaType: sniffed.mediaType };
    const part = { ...base, format, mediaType, children };
    const disarm = disarmPolicyOf(this.#context.policy, part);
    for (const problem of [confusion, typeNotAllowed(mediaType, disarm), tooLarge(piece.bytes, mediaType, disarm)])
      if (problem !== undefined) this.#report(part, problem);
    if (file !== undefined && isOpened(file, disarm)) {
      const options = disarmOptionsOf(disarm, file.name, file.key);
      this.#closed.push({ part, children, depth: piece.depth, options });
    } else {
      const problem = file === undefined ? unscannable(sniffed, disarm) : closedFile(file, disarm);
      if (problem !== undefined) this.#report(part, problem);
    }
    return part;
  }

  #text(base: Part, decoder: FormatDecoder, sniffed: Sniffed | undefined, piece: Piece): Part {
    const { budget, policy } = this.#context;
    const children: Part[] = [];
    const mediaType = isVague(base.declaredType)
      ? (sniffed?.mediaType ?? "text/plain")
      : (base.declaredType ?? "text/plain");
    const draft: Part = { ...base, format: decoder.name, mediaType, children };
    const confusion = typeConfusion(parseContentType(piece.contentType), sniffed);
    if (confusion !== undefined) this.#report(draft, confusion);
    return this.#within(draft, () => {
      const here = { ...policy, disarm: disarmPolicyOf(policy, draft) };
      const decoded = decoder.decode(draft.source, { budget, policy: here, contentType: piece.contentType });
      // The part that findings point to and the one with the leaves are the same object.
      const part: Part = Object.assign(draft, { leaves: decoded.leaves });
      for (const problem of decoded.problems) this.#report(part, problem);
      for (const { label, span, bytes, contentType, encode, stub, retype, problems = [] } of decoded.embedded) {
        const carrier: Carrier = { kind: "span", span, encode, stub, retype };
        const child = this.#child({ label, parent: part, carrier, bytes, contentType, depth: piece.depth + 1 });
        for (const problem of problems) this.#report(child, problem);
        children.push(child);
      }
      this.#embeddedStrings(part, children, piece.depth);
      return part;
    });
  }

  #child(piece: Piece): Part {
    return this.#within(emptyPart(piece.label, piece.parent, piece.carrier, piece.bytes), () => this.#part(piece));
  }

  #embeddedStrings(part: Part, children: Part[], depth: number): void {
    const { leaves } = part;
    const { policy, budget } = this.#context;
    for (let leaf = 0; leaf < leaves.length; leaf++) {
      const kind = leaves.kind(leaf);
      if (kind === "key" || kind === "number" || kind === "literal" || kind === "comment") continue;
      const declared = policy.paths.length === 0 ? undefined : pathKind(policy, leaves.segments(leaf));
      if (declared === "opaque") continue;
      const found = declaredString(declared, leaves, leaf) ?? embeddedIn(leaves, leaf, part.source);
      if (found === undefined) continue;
      budget.takeDecompressed(found.bytes.length);
      const carrier: Carrier = { kind: "leaf", leaf, encode: found.encode };
      const label = `${shortPath(leaves.segments(leaf))} (${found.encoding})`;
      const { bytes, contentType } = found;
      children.push(this.#child({ label, parent: part, carrier, bytes, contentType, depth: depth + 1 }));
    }
  }
}

/** The declared format where one is declared and known; else what the content looks like; else plain text. */
function chooseDecoder(declared: string | undefined, sniffed: Sniffed | undefined): FormatDecoder {
  const bySniffing = sniffed === undefined ? undefined : decoderNamed(sniffed.format);
  if (isVague(declared)) return bySniffing ?? textDecoder;
  return decoderOf(declared ?? "") ?? bySniffing ?? textDecoder;
}
