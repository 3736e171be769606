import { XHTML_NAMESPACE as XHTML } from "../core/markup-policy.ts";
import type { Span } from "../core/part.ts";
import type { Budget } from "../core/budget.ts";
import { attributeReason, elementReason, styleReason } from "./html-active.ts";
import { type XmlElement, XmlScanner, XmlSyntaxError, type XmlToken } from "./xml-scanner.ts";
import { unescapeXml } from "./xml-text.ts";

const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";
const XLINK = "http://www.w3.org/1999/xlink";
/** Namespaces whose elements browsers run wherever they stand in an XML document, whatever its root and media type. */
const LIVE: ReadonlySet<string> = new Set([XHTML, SVG, MATHML, XLINK]);

/** Elements of SVG that run, embed HTML or load documents. */
const ACTIVE_SVG = /^(?:script|handler|listener|foreignobject|iframe|object|embed|audio|video|canvas)$/i;
/** Attributes that an animation must not set. */
const ANIMATED = /^(?:(?:[\w.-]+:)?href|on.*)$/i;

/** What in a document runs or loads something: an attribute, or an element with all in it. */
export type ActiveMarkup =
  | { readonly kind: "attribute"; readonly reason: string; readonly leaf: number }
  | {
      readonly kind: "element";
      readonly reason: string;
      readonly element: XmlElement;
      /** From its start tag to the end of its end tag; as far as the document goes where that is missing. */
      readonly whole: Span;
    };

interface Attribute {
  readonly name: string;
  readonly value: string;
  readonly leaf: number;
}

/** A start tag that is being read. */
interface Tag {
  readonly element: XmlElement;
  readonly whole: Span;
  readonly attributes: Attribute[];
}

/** Finds HTML, SVG and MathML in XML that browsers would run (Namespaces in XML 1.0). Fed with every token in order. */
export class MarkupWatch {
  readonly found: ActiveMarkup[] = [];
  /** Prefixes that elements declare, the empty one for elements without. */
  readonly #declared = new WeakMap<XmlElement, Map<string, string>>();
  #isLive = false;
  #tag: Tag | undefined;
  #going: { readonly tag: Tag; readonly reason: string } | undefined;
  #style: { readonly tag: Tag; text: string } | undefined;

  /** `value` is what an attribute or text says with its references undone, `leaf` its number. */
  read(token: XmlToken, value: string, leaf: number): void {
    if (token.kind === "attribute") {
      this.#tag?.attributes.push({ name: token.name, value, leaf });
      this.#declare(token, value);
      return;
    }
    this.#judge();
    if (token.kind === "start") this.#tag = { ...token, attributes: [] };
    else if (token.kind === "end") this.#close(token.element, token.whole.end);
    else if (this.#style !== undefined && (token.kind === "text" || token.kind === "cdata")) this.#style.text += value;
  }

  /** The document ended, or broke off: browsers run what stands before the error. */
  end(length: number): void {
    this.#judge();
    for (const open of [this.#style, this.#going]) if (open !== undefined) this.#close(open.tag.element, length);
  }

  #declare({ name, element }: { readonly name: string; readonly element: XmlElement }, value: string): void {
    const declaration = /^xmlns(?::(.+))?$/.exec(name);
    if (declaration === null) return;
    const declared = this.#declared.get(element) ?? new Map<string, string>();
    declared.set(declaration[1] ?? "", value);
    this.#declared.set(element, declared);
    this.#isLive ||= LIVE.has(value);
  }

  #namespaceOf(element: XmlElement, prefix: string): string {
    for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) {
      const uri = this.#declared.get(at)?.get(prefix);
      if (uri !== undefined) return uri;
    }
    return "";
  }

  #judge(): void {
    const tag = this.#tag;
    this.#tag = undefined;
    if (tag === undefined || !this.#isLive || this.#going !== undefined) return;
    const [prefix, local] = splitName(tag.element.name);
    const uri = this.#namespaceOf(tag.element, prefix);
    const attributes = tag.attributes.filter(({ name }) => !/^xmlns(?::|$)/.test(name));
    const reason = activeElement(uri, local, attributes);
    if (reason !== undefined) this.#going = { tag, reason };
    // The text of a style inside another counts with it.
    else if ((uri === XHTML || uri === SVG) && local === "style") this.#style ??= { tag, text: "" };
    if (reason === undefined) for (const attribute of attributes) this.#judgeAttribute(attribute, uri, tag.element);
  }

  #judgeAttribute({ name, value, leaf }: Attribute, uri: string, element: XmlElement): void {
    const [prefix, local] = splitName(name);
    const isLink = prefix !== "" && local === "href" && this.#namespaceOf(element, prefix) === XLINK;
    const isOwn = uri !== XLINK && LIVE.has(uri);
    const reason = isLink ? attributeReason("href", value) : isOwn ? attributeReason(name, value) : undefined;
    if (reason !== undefined) this.found.push({ kind: "attribute", reason, leaf });
  }

  #close(element: XmlElement, end: number): void {
    if (this.#style?.tag.element === element) {
      const reason = styleReason(this.#style.text);
      if (reason !== undefined && this.#going === undefined) this.#add(this.#style.tag, reason, end);
      this.#style = undefined;
    }
    if (this.#going?.tag.element !== element) return;
    this.#add(this.#going.tag, this.#going.reason, end);
    this.#going = undefined;
  }

  #add({ element, whole: { start } }: Tag, reason: string, end: number): void {
    this.found.push({ kind: "element", reason, element, whole: { start, end } });
  }
}

/** What browsers would run of HTML that they read as XML, up to the first error in it: for people, each reason once. */
export function reasonsAsXml(source: Uint8Array, budget: Budget): readonly string[] {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const watch = new MarkupWatch();
  try {
    for (const token of new XmlScanner(bytes.toString("latin1"), budget).tokens())
      watch.read(
        token,
        "content" in token ? unescapeXml(bytes.toString("utf8", token.content.start, token.content.end)) : "",
        0,
      );
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
  }
  watch.end(bytes.length);
  return [...new Set(watch.found.map(({ reason }) => reason))];
}

function splitName(name: string): readonly [prefix: string, local: string] {
  const colon = name.indexOf(":");
  return colon < 0 ? ["", name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function activeElement(uri: string, local: string, attributes: readonly Attribute[]): string | undefined {
  if (uri === XHTML) return elementReason(local.toLowerCase(), attributes);
  if (uri !== SVG) return undefined;
  if (ACTIVE_SVG.test(local)) return `the element ${local}`;
  const animates = attributes.some(({ name, value }) => name === "attributeName" && ANIMATED.test(value.trim()));
  return animates ? "an animation of a link or handler" : undefined;
}
