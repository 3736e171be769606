import type { Budget } from "../core/budget.ts";
import type { Span } from "../core/part.ts";

/** An element on the way from the root. Indexes count elements of the same name, from 1, as XPath does. */
export interface XmlElement {
  readonly name: string;
  readonly index: number;
  readonly parent: XmlElement | undefined;
  readonly children: Map<string, number>;
}

/** One piece of an XML text, in the order of the text. Offsets are bytes. */
export type XmlToken =
  | {
      readonly kind: "text" | "cdata" | "comment";
      readonly content: Span;
      readonly whole: Span;
      readonly element: XmlElement | undefined;
    }
  | { readonly kind: "instruction"; readonly target: string; readonly content: Span; readonly whole: Span }
  | { readonly kind: "doctype"; readonly whole: Span }
  | { readonly kind: "start" | "end"; readonly element: XmlElement; readonly whole: Span }
  | {
      readonly kind: "attribute";
      readonly name: string;
      readonly content: Span;
      readonly whole: Span;
      readonly element: XmlElement;
    };

/** What is wrong with an XML text and where. */
export class XmlSyntaxError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = "XmlSyntaxError";
    this.offset = offset;
  }
}

const NAME = /[A-Za-z_:\x80-\xff][\w:.\-\x80-\xff]*/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Takes well-formed XML (1.0, fifth edition) apart without reading its document type: entities are never expanded, nothing is
 * fetched. Throws `XmlSyntaxError` and `BudgetExceeded`. `text` holds the UTF-8 bytes as Latin-1, so that offsets are bytes.
 */
export class XmlScanner {
  readonly #text: string;
  readonly #budget: Budget;
  #at = 0;
  #open: XmlElement | undefined;
  #depth = 0;
  #rooted = false;

  constructor(text: string, budget: Budget) {
    this.#text = text;
    this.#budget = budget;
  }

  *tokens(): Generator<XmlToken> {
    const text = this.#text;
    for (let count = 0; this.#at < text.length; count++) {
      if (count % 1024 === 0) this.#budget.checkTime();
      const start = this.#at;
      if (text[start] !== "<") {
        const end = text.indexOf("<", start);
        this.#at = end < 0 ? text.length : end;
        yield* this.#characters({ start, end: this.#at });
      } else if (text.startsWith("<!--", start)) yield this.#delimited("comment", "<!--", "-->");
      else if (text.startsWith("<![CDATA[", start)) yield this.#delimited("cdata", "<![CDATA[", "]]>");
      else if (text.startsWith("<!", start)) yield this.#doctype();
      else if (text.startsWith("<?", start)) yield this.#instruction();
      else if (text.startsWith("</", start)) yield this.#endTag();
      else yield* this.#startTag();
    }
    if (this.#open !== undefined) this.#fail(`the element ${this.#open.name} does not end`);
    if (!this.#rooted) this.#fail("there is no element");
  }

  *#characters(whole: Span): Generator<XmlToken> {
    if (/[^ \t\r\n]/.test(this.#text.slice(whole.start, whole.end))) {
      if (this.#open === undefined) this.#fail("text stands outside the root element", whole.start);
      yield { kind: "text", content: whole, whole, element: this.#open };
    }
  }

  #delimited(kind: "comment" | "cdata", opening: string, closing: string): XmlToken {
    const start = this.#at;
    const end = this.#text.indexOf(closing, start + opening.length);
    if (end < 0) this.#fail(`a ${kind} does not end`);
    if (kind === "cdata" && this.#open === undefined) this.#fail("text stands outside the root element");
    this.#at = end + closing.length;
    return {
      kind,
      content: { start: start + opening.length, end },
      whole: { start, end: this.#at },
      element: this.#open,
    };
  }

  #instruction(): XmlToken {
    const start = this.#at;
    const end = this.#text.indexOf("?>", start);
    if (end < 0) this.#fail("a processing instruction does not end");
    this.#at = start + 2;
    const target = this.#name();
    this.#at = end + 2;
    if (target.toLowerCase() === "xml" && start > 0) this.#fail("the XML declaration does not stand first", start);
    return { kind: "instruction", target, content: { start: start + 2, end }, whole: { start, end: end + 2 } };
  }

  /** Over the whole declaration, its internal subset and quoted literals included. */
  #doctype(): XmlToken {
    const start = this.#at;
    if (!/^<!DOCTYPE[ \t\r\n]/i.test(this.#text.slice(start, start + 10))) this.#fail("this is no declaration");
    if (this.#rooted) this.#fail("a document type stands after the root element began");
    const end = /[>[]/g;
    end.lastIndex = start;
    const stop = end.exec(this.#text);
    if (stop === null) this.#fail("a declaration does not end");
    let at = stop.index;
    if (stop[0] === "[") {
      const subset = /\]\s*>/g;
      subset.lastIndex = at;
      const close = subset.exec(this.#text);
      if (close === null) this.#fail("a document type does not end");
      at = close.index + close[0].length - 1;
    }
    this.#at = at + 1;
    return { kind: "doctype", whole: { start, end: this.#at } };
  }

  *#startTag(): Generator<XmlToken> {
    const start = this.#at++;
    const name = this.#name();
    if (this.#open === undefined && this.#rooted) this.#fail("a second root element", start);
    this.#rooted = true;
    const siblings = this.#open?.children;
    const index = (siblings?.get(name) ?? 0) + 1;
    siblings?.set(name, index);
    const element: XmlElement = { name, index, parent: this.#open, children: new Map() };
    const attributes = [...this.#attributes(element)];
    const empty = this.#text[this.#at] === "/";
    if (empty) this.#at++;
    if (this.#text[this.#at] !== ">") this.#fail(`the tag ${name} does not end`);
    this.#at++;
    this.#budget.checkDepth(this.#depth + 1);
    yield { kind: "start", element, whole: { start, end: this.#at } };
    yield* attributes;
    if (empty) {
      yield { kind: "end", element, whole: { start: this.#at, end: this.#at } };
      return;
    }
    this.#open = element;
    this.#depth++;
  }

  *#attributes(element: XmlElement): Generator<XmlToken> {
    const seen = new Set<string>();
    for (;;) {
      const start = this.#at;
      this.#skipSpace();
      const next = this.#text[this.#at];
      if (next === ">" || next === "/" || next === undefined) return;
      if (this.#at === start) this.#fail("white space is missing between attributes");
      const name = this.#name();
      if (seen.has(name)) this.#fail(`the attribute ${name} is there twice`, start);
      seen.add(name);
      this.#skipSpace();
      if (this.#text[this.#at] !== "=") this.#fail(`the attribute ${name} has no value`);
      this.#at++;
      this.#skipSpace();
      const quote = this.#text[this.#at];
      if (quote !== '"' && quote !== "'") this.#fail(`the value of ${name} is not quoted`);
      const from = this.#at + 1;
      const end = this.#text.indexOf(quote, from);
      if (end < 0) this.#fail(`the value of ${name} does not end`);
      if (this.#text.slice(from, end).includes("<")) this.#fail(`the value of ${name} holds a <`, from);
      this.#at = end + 1;
      yield { kind: "attribute", name, content: { start: from, end }, whole: { start, end: this.#at }, element };
    }
  }

  #endTag(): XmlToken {
    const start = this.#at;
    this.#at += 2;
    const name = this.#name();
    this.#skipSpace();
    if (this.#text[this.#at] !== ">") this.#fail(`the end tag ${name} does not end`);
    this.#at++;
    const element = this.#open;
    if (element?.name !== name) this.#fail(`the end tag ${name} has no start tag`, start);
    this.#open = element.parent;
    this.#depth--;
    return { kind: "end", element, whole: { start, end: this.#at } };
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    if (name === undefined) this.#fail("a name is missing");
    this.#at += name.length;
    return name;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
  }

  #fail(message: string, offset = this.#at): never {
    throw new XmlSyntaxError(message, offset);
  }
}
