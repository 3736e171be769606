import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from "saxes";
import type { Budget } from "../../core/budget.ts";
import type { Retention } from "../../core/disarm-policy.ts";
import type { Member, Replaced } from "../../core/disarmed.ts";
import { isInertUrl } from "../../core/markup-policy.ts";
import { damaged, Removals, unsupported } from "../disarmer.ts";
import {
  ANIMATING,
  INERT_SVG_ELEMENTS,
  isInertSvgAttribute,
  LOADING,
  SVG_NAMESPACE,
  XLINK_NAMESPACE,
  XML_NAMESPACE,
} from "./allowed.ts";
import { escapedAttribute, escapedText } from "../xml/escape.ts";
import { plainEntities } from "./entities.ts";
import { attributeNoun, elementNoun } from "./nouns.ts";
import { inertStyle } from "./style.ts";
import { Uses } from "./uses.ts";

const DATA_IMAGE = /^\s*data:(image\/[a-z0-9.+-]+);base64,([A-Za-z0-9+/=\s]*)$/i;
/** Attributes by which an animation would set what this disarm checks. */
const ANIMATED_DANGER = /^(?:(?:[\w.-]+:)?href|on.*|style|class)$/i;
const HIDDEN_SCRIPT = /(?:java|vb)script\s*:|data\s*:/i;

/** Comments that say more to a program than to a person, such as server-side includes. All go where the drawing is rewritten. */
const TELLING_COMMENT = /[<>#[\]{}$%`\\]/;

/** A rewritten drawing. */
export interface Rewritten {
  readonly text: string;
  readonly removed: Removals;
  /** The raster images in it. */
  readonly images: readonly Member[];
}

/** Writes an SVG document anew from what is known to be inert. Throws `RefusedFile` and `BudgetExceeded`. */
export function rewriteSvg(text: string, replaced: Replaced, links: Retention, budget: Budget): Rewritten {
  const rewriter = new SvgRewriter(replaced, links, budget);
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw damaged(`the XML is not well-formed: ${error.message}`);
  });
  parser.on("doctype", (doctype) => {
    Object.assign(parser.ENTITIES, plainEntities(doctype));
    rewriter.removed.add("document type");
  });
  parser.on("comment", (comment) => {
    if (TELLING_COMMENT.test(comment)) rewriter.removed.add("comment");
  });
  parser.on("processinginstruction", () => rewriter.removed.add("processing instruction"));
  parser.on("opentag", (tag) => rewriter.open(tag));
  parser.on("closetag", (tag) => rewriter.close(tag));
  parser.on("text", (content) => rewriter.text(content));
  parser.on("cdata", (content) => rewriter.text(content));
  parser.write(text).close();
  rewriter.uses.check();
  return { text: rewriter.pieces.join(""), removed: rewriter.removed, images: rewriter.images };
}

class SvgRewriter {
  readonly pieces: string[] = [];
  readonly removed = new Removals();
  readonly uses = new Uses();
  readonly images: Member[] = [];
  readonly #replaced: Replaced;
  readonly #links: Retention;
  readonly #budget: Budget;
  #elements = 0;
  /** Elements open since one was left out, itself included. */
  #skipped = 0;
  #style: string[] | undefined;

  constructor(replaced: Replaced, links: Retention, budget: Budget) {
    this.#replaced = replaced;
    this.#links = links;
    this.#budget = budget;
  }

  open(tag: SaxesTagNS): void {
    if (this.#elements++ % 1024 === 0) this.#budget.checkTime();
    if (this.#style !== undefined && this.#skipped === 0)
      this.removed.add("element in a style sheet", 1, "elements in style sheets");
    if (this.#skipped > 0 || this.#style !== undefined) this.#skipped++;
    if (this.#skipped > 0) return;
    const own = tag.uri === SVG_NAMESPACE || tag.uri === "";
    if (this.#elements === 1 && !(own && tag.local === "svg")) throw unsupported("the document is no SVG drawing");
    if (!own || !INERT_SVG_ELEMENTS.has(tag.local) || this.#animatesDanger(tag)) {
      this.removed.add(
        own ? elementNoun(tag.local) : "element of another program",
        1,
        own ? undefined : "elements of other programs",
      );
      this.#skipped = 1;
      return;
    }
    this.uses.open(tag.attributes["id"]?.value);
    const attributes = Object.values(tag.attributes).map((attribute) => this.#attribute(attribute, tag));
    this.pieces.push(`<${tag.name}${attributes.join("")}>`);
    if (tag.local === "style") this.#style = [];
  }

  close(tag: SaxesTagNS): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    this.uses.close();
    if (this.#style !== undefined) {
      const css = this.#style.join("");
      const kept = inertStyle(css);
      if (kept !== css) this.#countStyle();
      this.pieces.push(escapedText(kept));
      this.#style = undefined;
    }
    this.pieces.push(`</${tag.name}>`);
  }

  text(content: string): void {
    if (this.#skipped > 0) return;
    if (this.#style !== undefined) this.#style.push(content);
    else if (this.pieces.length > 0) this.pieces.push(escapedText(content));
  }

  #attribute(attribute: SaxesAttributeNS, tag: SaxesTagNS): string {
    const { name } = attribute;
    const kept = this.#value(attribute, tag);
    const isStripped = kept !== undefined && this.#isStripped(attribute);
    if (isStripped) this.removed.add("link");
    else if (kept === undefined) this.removed.add(...attributeNoun(attribute));
    return kept === undefined || isStripped ? "" : ` ${name}="${escapedAttribute(kept)}"`;
  }

  #isStripped({ local, value }: SaxesAttributeNS): boolean {
    return this.#links === "strip" && local === "href" && !/^\s*(?:#|data:|$)/i.test(value);
  }

  /** What of an attribute's value stays, or undefined where the attribute goes. */
  #value({ name, local, prefix, uri, value }: SaxesAttributeNS, tag: SaxesTagNS): string | undefined {
    if (prefix === "xmlns" || name === "xmlns")
      return value === SVG_NAMESPACE || value === XLINK_NAMESPACE ? value : undefined;
    if (local === "href" && (uri === XLINK_NAMESPACE || uri === "")) return this.#href(value, tag.local);
    if (uri === XLINK_NAMESPACE) return /^(?:type|title|role|show|actuate|arcrole)$/.test(local) ? value : undefined;
    if (uri === XML_NAMESPACE) return /^(?:space|lang|id)$/.test(local) ? value : undefined;
    if (uri !== "" || !isInertSvgAttribute(name)) return undefined;
    if (ANIMATING.has(tag.local) && HIDDEN_SCRIPT.test(value.replaceAll(/[\s\0]/g, ""))) return undefined;
    return value.includes("(") || name === "style" ? this.#styleValue(value) : value;
  }

  #styleValue(value: string): string | undefined {
    const kept = inertStyle(value);
    if (kept === "") return value === "" ? value : undefined;
    if (kept !== value) this.#countStyle();
    return kept;
  }

  #countStyle(): void {
    this.removed.add("style rule that loads something", 1, "style rules that load something");
  }

  #href(value: string, element: string): string | undefined {
    const plain = value.trim();
    if (element === "use") this.uses.use(plain);
    if (plain === "" || plain.startsWith("#")) return value;
    const [, type, content] = DATA_IMAGE.exec(value) ?? [];
    if (type !== undefined && content !== undefined && (element === "image" || element === "feImage"))
      return this.#image(value, type, content);
    return LOADING.has(element) || !isInertUrl(value) || /^data:/i.test(plain) ? undefined : value;
  }

  #image(value: string, type: string, content: string): string | undefined {
    const index = this.images.length;
    const bytes = Buffer.from(content, "base64");
    this.#budget.takeDecompressed(bytes.length);
    this.images.push({ name: `image ${index + 1}`, bytes, contentType: type.toLowerCase() });
    if (!this.#replaced.has(index)) return value;
    const safe = this.#replaced.get(index);
    return safe && `data:${type};base64,${Buffer.from(safe).toString("base64")}`;
  }

  #animatesDanger({ local, attributes }: SaxesTagNS): boolean {
    const name = attributes["attributeName"];
    return ANIMATING.has(local) && name !== undefined && ANIMATED_DANGER.test(name.value.trim());
  }
}
