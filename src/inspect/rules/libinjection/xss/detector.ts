import { type Context, HtmlTokenizer, Piece } from "./html-tokenizer.ts";
import { Attribute, attributeKind, beginsWith, isBannedTag } from "./names.ts";
import { isBannedUrl } from "./url.ts";

const QUOTES = ["'", '"', "`"] as const;

/**
 * Cross-site scripting by the published libinjection algorithm: the text is read as HTML in each place where a page could put
 * it, and tags, attributes, URLs and comments that can run code are looked for. As libinjection 3.9.2, which libmodsecurity
 * 3.0.9 contains.
 */
export class XssDetector {
  readonly #html = new HtmlTokenizer();

  /** Whether a byte string holds an attack. */
  detect(text: string): boolean {
    const hasTags = text.includes("<");
    // Without an attribute's value or a tag there is nothing to find.
    if (!hasTags && !text.includes("=")) return false;
    if (hasTags && this.#isAttackIn(text, "content")) return true;
    if (this.#isAttackIn(text, "tag")) return true;
    // Where the quote is absent, all of the text is the attribute's value.
    return QUOTES.some((quote) => text.includes(quote) && this.#isAttackIn(text, quote));
  }

  #isAttackIn(text: string, context: Context): boolean {
    const html = this.#html;
    html.begin(text, context);
    let attribute: number = Attribute.harmless;
    while (html.next()) {
      const { piece, from, to } = html;
      if (piece === Piece.attributeValue) {
        if (isAttackByValue(attribute, text, from, to)) return true;
        attribute = Attribute.harmless;
        continue;
      }
      attribute = piece === Piece.attributeName ? attributeKind(text, from, to) : Attribute.harmless;
      if (piece === Piece.doctype) return true;
      if (piece === Piece.tagName && isBannedTag(text, from, to)) return true;
      if (piece === Piece.comment && isBannedComment(text, from, to)) return true;
    }
    return false;
  }
}

function isAttackByValue(attribute: number, text: string, from: number, to: number): boolean {
  switch (attribute) {
    case Attribute.banned:
    case Attribute.style:
      return true;
    case Attribute.url:
      return isBannedUrl(text, from, to);
    case Attribute.names:
      return attributeKind(text, from, to) !== Attribute.harmless;
    default:
      return false;
  }
}

/** Comments that Internet Explorer ran, XML declarations and entities. A backtick ended its comments. */
function isBannedComment(text: string, from: number, to: number): boolean {
  if (text.slice(from, to).includes("`")) return true;
  const length = to - from;
  if (length > 3 && (beginsWith("[IF", text, from, to) || beginsWith("XML", text, from, to))) return true;
  return length > 5 && (beginsWith("IMPORT", text, from, to) || beginsWith("ENTITY", text, from, to));
}
