import type { Outcome } from "../core/disarm-policy.ts";
import type { Span } from "../core/part.ts";
import type { Decoded, FormatContext, FormatDecoder, Problem } from "./format.ts";
import { type LeafEntry, leafList } from "./leaf-list.ts";
import { type ActiveMarkup, MarkupWatch } from "./xml-markup.ts";
import { type XmlElement, XmlScanner, XmlSyntaxError, type XmlToken } from "./xml-scanner.ts";
import {
  escapeAttribute,
  escapeCdata,
  escapeComment,
  escapeText,
  undefinedReference,
  unescapeXml,
} from "./xml-text.ts";

/** XML without its document type: no entity is expanded, nothing is fetched (THREATS, E7). */
export const xmlDecoder: FormatDecoder = {
  name: "xml",
  mediaTypes: ["application/xml", "text/xml", "+xml"],
  decode: decodeXml,
};

/** Characters that XML 1.0 has no place for, as bytes of UTF-8. */
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]/;

function decodeXml(source: Uint8Array, context: FormatContext): Decoded {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString("latin1");
  const reader = new XmlReader(source, context.policy.disarm.html);
  if (text.trim() !== "")
    try {
      const forbidden = FORBIDDEN.exec(text);
      if (forbidden !== null) throw new XmlSyntaxError("a character that XML does not allow", forbidden.index);
      for (const token of new XmlScanner(text, context.budget).tokens()) {
        reader.read(token);
        if (reader.entries.length > context.budget.leavesLeft()) break;
      }
    } catch (error) {
      if (!(error instanceof XmlSyntaxError)) throw error;
      reader.problems.push(syntaxProblem(text, error));
    }
  reader.end();
  context.budget.takeLeaves(reader.entries.length);
  return { leaves: leafList(reader.entries), problems: reader.problems, embedded: [] };
}

function syntaxProblem(text: string, { message, offset }: XmlSyntaxError): Problem {
  const before = text.slice(0, offset);
  const place = `line ${before.split("\n").length}, column ${offset - before.lastIndexOf("\n")}`;
  return {
    category: "malformed",
    rule: "lazaret/xml/syntax",
    severity: "medium",
    message: `${message}, at ${place}`,
    evidence: Buffer.from(text.slice(offset, offset + 64), "latin1").toString("utf8"),
    path: place,
    remedy: { kind: "none" },
  };
}

/** Makes leaves and problems of tokens. */
class XmlReader {
  readonly entries: LeafEntry[] = [];
  readonly problems: Problem[] = [];
  readonly #source: Buffer;
  readonly #html: Outcome;
  readonly #markup = new MarkupWatch();

  constructor(source: Uint8Array, html: Outcome) {
    this.#html = html;
    this.#source = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  }

  read(token: XmlToken): void {
    const leaf = this.entries.length;
    this.#readToken(token);
    this.#markup.read(token, this.entries[leaf]?.value ?? "", leaf);
  }

  /** What browsers would run of the document, as problems; nothing is read after it. */
  end(): void {
    this.#markup.end(this.#source.length);
    if (this.#html !== "allow") for (const found of this.#markup.found) this.#activeMarkup(found, this.#html);
  }

  #activeMarkup(found: ActiveMarkup, html: Outcome): void {
    const leaf = found.kind === "attribute" ? found.leaf : this.entries.length;
    // The element is a leaf too, so that it can be cut; a document without its root would be none.
    if (found.kind === "element")
      this.#leaf({ content: found.whole, element: found.element }, "comment", ".", verbatim, verbatim, found.whole);
    const isCut = html !== "block" && !(found.kind === "element" && found.element.parent === undefined);
    this.problems.push({
      category: "active-content",
      rule: "lazaret/xml/active-content",
      severity: "high",
      message: `${found.reason} in XML`,
      evidence: this.entries[leaf]?.value ?? "",
      leaf,
      remedy: { kind: isCut ? "remove" : "none" },
      ...(html === "block" ? ({ byDefault: "block" } as const) : {}),
    });
  }

  #readToken(token: XmlToken): void {
    switch (token.kind) {
      case "text":
        this.#leaf(token, "text", "text()", unescapeXml, escapeText, this.#checked(token));
        return;
      case "cdata":
        this.#leaf(token, "text", "text()", verbatim, escapeCdata, token.whole);
        return;
      case "comment":
        this.#leaf(token, "comment", "comment()", verbatim, escapeComment, token.whole);
        return;
      case "attribute":
        this.#checked(token);
        this.#leaf(token, "attribute", `@${token.name}`, unescapeXml, escapeAttribute, token.whole);
        this.#attributeProblems(token.name);
        return;
      case "instruction":
        this.#instruction(token);
        return;
      case "doctype":
        this.#doctype(token.whole);
        return;
      case "start":
      case "end":
    }
  }

  /** The span, once what stands in it is known to have no entity that only a document type could define. */
  #checked({ content, whole }: { readonly content: Span; readonly whole: Span }): Span {
    const name = undefinedReference(this.#source.toString("latin1", content.start, content.end));
    if (name !== undefined) throw new XmlSyntaxError(`${name} is no entity that XML defines`, content.start);
    return whole;
  }

  #leaf(
    { content, element }: { readonly content: Span; readonly element: XmlElement | undefined },
    kind: LeafEntry["kind"],
    step: string,
    decode: (text: string) => string,
    encode: (text: string) => string,
    removal: Span,
  ): void {
    this.entries.push({
      kind,
      value: decode(this.#source.toString("utf8", content.start, content.end)),
      span: content,
      segments: [...namesOf(element), ...(step.startsWith("@") ? [step] : [])],
      path: () => `${xpathOf(element)}/${step}`,
      encode,
      removal,
    });
  }

  /** What the last leaf makes a parser do: include, or validate against something elsewhere. */
  #attributeProblems(name: string): void {
    const leaf = this.entries.length - 1;
    const value = this.entries[leaf]?.value ?? "";
    if (/^xmlns(?::|$)/.test(name) && /^https?:\/\/www\.w3\.org\/(?:2001|2003)\/XInclude$/.test(value.trim()))
      this.problems.push({
        category: "xxe",
        rule: "lazaret/xml/xinclude",
        severity: "high",
        message: "XInclude makes a parser fetch what it names",
        evidence: value,
        leaf,
        remedy: { kind: "none" },
      });
    if (/(?:^|:)(?:noNamespaceS|s)chemaLocation$/.test(name))
      this.problems.push({
        category: "active-content",
        rule: "lazaret/xml/schema-location",
        severity: "low",
        message: "a schema elsewhere, which a validating parser fetches",
        evidence: value,
        leaf,
        remedy: { kind: "remove" },
        byDefault: "report",
      });
  }

  #instruction({ target, content, whole }: Extract<XmlToken, { kind: "instruction" }>): void {
    if (target.toLowerCase() === "xml") return;
    const leaf = this.entries.length;
    this.#leaf({ content, element: undefined }, "comment", "processing-instruction()", verbatim, verbatim, whole);
    if (!/^(?:xml-stylesheet|mso-application|php|import)$/i.test(target)) return;
    this.problems.push({
      category: "active-content",
      rule: "lazaret/xml/processing-instruction",
      severity: "medium",
      message: `the processing instruction ${target} makes a reader fetch or run something`,
      evidence: this.entries[leaf]?.value ?? "",
      leaf,
      remedy: { kind: "remove" },
    });
  }

  #doctype({ start, end }: Span): void {
    this.problems.push({
      category: "xxe",
      rule: "lazaret/xml/doctype",
      severity: "critical",
      message: "a document type, which can define entities that read files, fetch addresses or grow without bound",
      evidence: this.#source.toString("utf8", start, Math.min(end, start + 256)),
      path: "/",
      remedy: { kind: "none" },
    });
  }
}

function verbatim(text: string): string {
  return text;
}

function namesOf(element: XmlElement | undefined): string[] {
  const names: string[] = [];
  for (let at = element; at !== undefined; at = at.parent) names.unshift(at.name);
  return names;
}

function xpathOf(element: XmlElement | undefined): string {
  const steps: string[] = [];
  for (let at = element; at !== undefined; at = at.parent)
    steps.unshift(at.parent === undefined ? at.name : `${at.name}[${at.index}]`);
  return steps.map((step) => `/${step}`).join("");
}
