import type { SaxesAttributeNS, SaxesTagNS } from "saxes";
import type { Removals } from "../disarmer.ts";
import { namesLost } from "./references.ts";

const VML = "urn:schemas-microsoft-com:vml";
/** What a hyperlink adds to the target of its relationship: without that it would be a place in the document. */
const PLACES = new Set(["anchor", "docLocation", "location"]);

/** Whether a part may hold links that no relationship leads to. */
export function tellsOfLinks(text: string): boolean {
  return /HYPERLINK|HLinks|N\s*=\s*["']Address/i.test(text);
}

/** Takes out links to the outside where they are not in relationships or fields, and what stands beside those that are. */
export class StrippedLinks {
  readonly #lost: ReadonlyMap<string, string>;
  readonly #removed: Removals;
  /** Whether the document's properties list links with a scheme, and a base for links without. */
  readonly #lists: boolean;
  readonly #hasBase: boolean;

  constructor(text: string, lost: ReadonlyMap<string, string>, removed: Removals) {
    this.#lost = lost;
    this.#removed = removed;
    this.#lists = /lpwstr>\s*[a-z][a-z0-9+.-]+:/i.test(text);
    this.#hasBase = /HyperlinkBase>\s*[^\s<]/.test(text);
  }

  /** Whether an element stays. */
  keeps(tag: SaxesTagNS): boolean {
    if (tag.local === "HLinks" && this.#lists) return this.#lose("list of links", "lists of links");
    if (tag.local === "HyperlinkBase" && this.#hasBase) return this.#lose("base of links", "bases of links");
    if ((tag.local === "Cell" && isVisioLink(tag)) || isCommentLink(tag)) return this.#lose("link");
    // A sheet's cell has the text; the relationship was counted where it was left out.
    return tag.local !== "hyperlink" || !tag.uri.includes("spreadsheetml") || !namesLost(tag, this.#lost);
  }

  /** Whether an attribute of an element that stays goes. */
  drops({ local, uri, value }: SaxesAttributeNS, tag: SaxesTagNS): boolean {
    if (tag.local === "hyperlink" && PLACES.has(local)) return namesLost(tag, this.#lost);
    if (tag.uri !== VML || local !== "href" || uri !== "" || /^\s*(?:#|$)/.test(value)) return false;
    this.#removed.add("link");
    return true;
  }

  #lose(one: string, many?: string): false {
    this.#removed.add(one, 1, many);
    return false;
  }
}

/** A stretch of a threaded comment that leads somewhere (MS-XLSX, xltc2:hyperlink). */
function isCommentLink({ local, attributes }: SaxesTagNS): boolean {
  return local === "hyperlink" && !/^\s*(?:#|$)/.test(attributes["url"]?.value ?? "");
}

/** The address of a hyperlink of a shape (MS-VSDX, the section Hyperlink), written or computed. */
function isVisioLink({ attributes }: SaxesTagNS): boolean {
  const [name, value = "", formula = ""] = ["N", "V", "F"].map((key) => attributes[key]?.value);
  return name === "Address" && (!/^(?:Inh|No Formula)?$/.test(formula) || !/^\s*(?:#|$)/.test(value));
}
