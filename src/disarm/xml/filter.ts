import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from "saxes";
import type { Budget } from "../../core/budget.ts";
import { damaged, RefusedFile } from "../disarmer.ts";
import { escapedAttribute, escapedText } from "./escape.ts";

/** What stays of an XML document. Whoever answers that something goes counts it. */
export interface XmlRules {
  /** Whether an element stays. */
  keeps(tag: SaxesTagNS): boolean;
  /** The value of an attribute of a kept element, the same or another; undefined where the attribute goes. */
  attribute(attribute: SaxesAttributeNS, tag: SaxesTagNS): string | undefined;
  /** Whether the text of an element is to be looked at before it is kept. */
  readsText?(tag: SaxesTagNS): boolean;
  /** The text of an element that is looked at, the same or another; undefined where the element goes. */
  textOf?(tag: SaxesTagNS, text: string): string | undefined;
  /** Elements that go with the last of their children, by local name. */
  readonly containers?: ReadonlySet<string>;
  /** Elements that are written as one tag where they came as one, since only so it shows that they are empty; by local name. */
  readonly void?: ReadonlySet<string>;
  /** Elements that go with a child that they cannot be without: local name of both. */
  readonly needs?: Readonly<Record<string, string>>;
}

/** An element that is open. */
interface Open {
  readonly tag: SaxesTagNS;
  /** Where its markup begins in the output. */
  readonly start: number;
  readonly reads: boolean;
  text: string;
  lost: boolean;
  kept: boolean;
  doomed: boolean;
}

/**
 * Filters an XML document, as text without a document type. Gives the same string where everything stays. Throws `RefusedFile` for
 * what is not well-formed or defines entities, and `BudgetExceeded`.
 */
export function filterXml(text: string, rules: XmlRules, budget: Budget): string {
  const filter = new XmlFilter(rules, budget);
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw damaged(`the XML is not well-formed: ${error.message}`);
  });
  parser.on("doctype", () => {
    throw new RefusedFile("xxe", "doctype", "its XML has a document type, which can define entities");
  });
  parser.on("opentag", (tag) => filter.open(tag));
  parser.on("closetag", () => filter.close());
  parser.on("text", (content) => filter.text(content));
  parser.on("cdata", (content) => filter.text(content));
  parser.write(text).close();
  return filter.changed ? `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${filter.pieces.join("")}` : text;
}

class XmlFilter {
  readonly pieces: string[] = [];
  changed = false;
  readonly #rules: XmlRules;
  readonly #budget: Budget;
  readonly #open: Open[] = [];
  #elements = 0;
  /** Elements open since one was left out, itself included. */
  #skipped = 0;

  constructor(rules: XmlRules, budget: Budget) {
    this.#rules = rules;
    this.#budget = budget;
  }

  open(tag: SaxesTagNS): void {
    if (this.#elements++ % 4096 === 0) this.#budget.checkTime();
    if (this.#skipped > 0 || !this.#rules.keeps(tag)) {
      if (this.#skipped++ === 0) this.#lose(tag);
      return;
    }
    const reads = this.#rules.readsText?.(tag) ?? false;
    this.#open.push({ tag, start: this.pieces.length, reads, text: "", lost: false, kept: false, doomed: false });
    this.pieces.push(`<${tag.name}${this.#attributes(tag)}${this.#isVoid(tag) ? "/" : ""}>`);
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    const element = this.#open.pop();
    if (element === undefined) return;
    const { tag, start, reads, text, lost, kept, doomed } = element;
    const isEmptied = lost && !kept && (this.#rules.containers?.has(tag.local) ?? false);
    const wanted = reads ? this.#rules.textOf?.(tag, text) : text;
    if (doomed || isEmptied || wanted === undefined) {
      this.pieces.length = start;
      this.#lose(tag);
      return;
    }
    if (wanted !== text) {
      this.changed = true;
      this.pieces.length = start + 1;
      this.pieces.push(escapedText(wanted));
    }
    const parent = this.#open.at(-1);
    if (parent !== undefined) parent.kept = true;
    if (!this.#isVoid(tag)) this.pieces.push(`</${tag.name}>`);
  }

  #isVoid({ isSelfClosing, local }: SaxesTagNS): boolean {
    return isSelfClosing && this.#rules.void?.has(local) === true;
  }

  text(content: string): void {
    if (this.#skipped > 0) return;
    const element = this.#open.at(-1);
    if (element === undefined) return;
    if (element.reads) element.text += content;
    this.pieces.push(escapedText(content));
  }

  #lose({ local }: SaxesTagNS): void {
    this.changed = true;
    const parent = this.#open.at(-1);
    if (parent === undefined) return;
    parent.lost = true;
    if (this.#rules.needs?.[parent.tag.local] === local) parent.doomed = true;
  }

  #attributes(tag: SaxesTagNS): string {
    let written = "";
    for (const attribute of Object.values(tag.attributes)) {
      const kept = this.#rules.attribute(attribute, tag);
      if (kept !== attribute.value) this.changed = true;
      if (kept !== undefined) written += ` ${attribute.name}="${escapedAttribute(kept)}"`;
    }
    return written;
  }
}
