import { type DefaultTreeAdapterTypes, parse, parseFragment } from "parse5";
import { ByteOffsets } from "./byte-offsets.ts";
import type { Decoded, FormatContext, FormatDecoder, Problem } from "./format.ts";
import { activeReason } from "./html-active.ts";
import { type LeafEntry, leafList } from "./leaf-list.ts";
import { reasonsAsXml } from "./xml-markup.ts";
import { escapeAttribute, escapeText } from "./xml-text.ts";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** HTML as a browser reads it (WHATWG), documents and fragments. */
export const htmlDecoder: FormatDecoder = {
  name: "html",
  mediaTypes: ["text/html", "application/xhtml+xml"],
  decode: decodeHtml,
};

/** Elements whose text is no text for people or applications: it goes, or stays, with the element. */
const RAW = new Set(["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext", "noscript"]);
/** Whether markup is a whole page: what a rebuilt one has to stay. */
const PAGE = /^\s*(?:<!--[^]{0,2000}?-->\s*)*<(?:!doctype|html|head|body)\b/i;

function decodeHtml(source: Uint8Array, context: FormatContext): Decoded {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString("utf8");
  const options = { sourceCodeLocationInfo: true } as const;
  const root = PAGE.test(text) ? parse(text, options) : parseFragment(text, options);
  const reader = new HtmlReader(text, context);
  reader.read(root);
  // Browsers read XHTML by the rules of XML, under which other elements are scripts.
  if (/^\s*application\/xhtml\+xml\b/i.test(context.contentType ?? ""))
    for (const reason of reasonsAsXml(source, context.budget)) reader.active(`${reason} in XHTML`, reason, "/");
  context.budget.takeLeaves(reader.entries.length);
  return { leaves: leafList(reader.entries), problems: reader.problems, embedded: [] };
}

/** Makes leaves and problems of a tree. */
class HtmlReader {
  readonly entries: LeafEntry[] = [];
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #context: FormatContext;
  readonly #offsets: ByteOffsets;

  constructor(text: string, context: FormatContext) {
    this.#text = text;
    this.#context = context;
    this.#offsets = new ByteOffsets(text);
  }

  /** Walks without recursion: a hostile page nests as deep as it likes. */
  read(root: Node): void {
    const stack: { readonly node: Node; readonly path: Path; readonly depth: number }[] = [
      { node: root, path: undefined, depth: 0 },
    ];
    for (let count = 0, next = stack.pop(); next !== undefined; next = stack.pop(), count++) {
      if (count % 256 === 0) this.#context.budget.checkTime();
      const { node, path, depth } = next;
      if ("tagName" in node) this.#element(node, path);
      else if (node.nodeName === "#text" && "value" in node)
        this.#span(node, "text", node.value, path, "text()", escapeText);
      else if (node.nodeName === "#comment" && "data" in node)
        this.#span(node, "comment", node.data, path, "comment()", (value) => value.replaceAll(/--|>/g, ""));
      if (!("childNodes" in node) || ("tagName" in node && RAW.has(node.tagName))) continue;
      this.#context.budget.checkDepth(Math.floor(depth / 4));
      const counts = new Map<string, number>();
      const children = node.childNodes.map((child) => ({
        node: child,
        path: stepOf(child, path, counts),
        depth: depth + 1,
      }));
      stack.push(...children.toReversed());
    }
  }

  /** Notes content that acts, as policy takes it. */
  active(message: string, evidence: string, path: string): void {
    const { html } = this.#context.policy.disarm;
    if (html === "allow") return;
    this.problems.push({
      category: "active-content",
      rule: "lazaret/html/active-content",
      severity: "high",
      message,
      evidence,
      path,
      remedy: { kind: html === "block" ? "none" : "rebuild" },
      ...(html === "block" ? ({ byDefault: "block" } as const) : {}),
    });
  }

  #element(element: Element, path: Path): void {
    const reason = activeReason(element);
    if (reason !== undefined) this.active(`${reason} in HTML`, this.#startTag(element), xpath(path));
    for (const { name, value } of element.attrs) this.#attribute(element, name, value, path);
  }

  #startTag({ sourceCodeLocation, tagName }: Element): string {
    const location = sourceCodeLocation?.startTag ?? sourceCodeLocation;
    return location
      ? this.#text.slice(location.startOffset, Math.min(location.endOffset, location.startOffset + 256))
      : `<${tagName}>`;
  }

  #attribute(element: Element, name: string, value: string, path: Path): void {
    const whole = element.sourceCodeLocation?.attrs?.[name];
    if (whole === undefined) return;
    const written = this.#text.slice(whole.startOffset, whole.endOffset);
    const [head = written, quote = ""] = /^[^=]*=\s*(["']?)/.exec(written) ?? [];
    const start = whole.startOffset + head.length;
    const end = Math.max(start, whole.endOffset - quote.length);
    const bare = quote === "";
    this.entries.push({
      kind: "attribute",
      value,
      span: this.#offsets.span(start, end),
      segments: [name],
      path: () => `${xpath(path)}/@${name}`,
      encode: (text) =>
        bare ? `${written.includes("=") ? "" : "="}"${escapeAttribute(text)}"` : escapeAttribute(text),
      removal: this.#offsets.span(whole.startOffset, whole.endOffset),
    });
  }

  #span(
    node: Node,
    kind: LeafEntry["kind"],
    value: string,
    path: Path,
    step: string,
    encode: (value: string) => string,
  ): void {
    const location = "sourceCodeLocation" in node ? node.sourceCodeLocation : undefined;
    if (!location || value.trim() === "") return;
    const inner = kind === "comment" ? 4 : 0;
    const whole = this.#offsets.span(location.startOffset, location.endOffset);
    const end = Math.max(location.startOffset + inner, location.endOffset - (kind === "comment" ? 3 : 0));
    this.entries.push({
      kind,
      value,
      span: this.#offsets.span(location.startOffset + inner, end),
      segments: [],
      path: () => `${xpath(path)}/${step}`,
      encode,
      removal: whole,
    });
  }
}

/** The way from the root to a node, as a linked list of XPath steps. */
type Path = { readonly step: string; readonly above: Path } | undefined;

function stepOf(child: Node, above: Path, counts: Map<string, number>): Path {
  if (!("tagName" in child)) return above;
  const count = (counts.get(child.tagName) ?? 0) + 1;
  counts.set(child.tagName, count);
  return { step: `${child.tagName}[${count}]`, above };
}

function xpath(path: Path): string {
  const steps: string[] = [];
  for (let at = path; at !== undefined; at = at.above) steps.push(at.step);
  return `/${steps.toReversed().join("/")}`;
}
