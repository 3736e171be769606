import { PDFArray, type PDFContext, PDFDict, PDFName, PDFRef, type PDFObject } from "@cantoo/pdf-lib";
import type { Budget } from "../../core/budget.ts";
import { damaged } from "../disarmer.ts";
import { nameUnder } from "./variants.ts";

/** A page and what it takes over from the nodes above it (ISO 32000-2, 7.7.3.4). */
export interface Page {
  readonly ref: PDFRef | undefined;
  readonly dictionary: PDFDict;
  readonly inherited: ReadonlyMap<string, PDFObject>;
}

const INHERITABLE = ["Resources", "MediaBox", "CropBox", "Rotate"] as const;
const MOST_PAGES = 100_000;
const DEEPEST = 100;

/** The pages of a document in order. Throws `damaged` where its page tree is not a tree of pages. */
export function pagesOf(context: PDFContext, catalog: PDFDict, budget: Budget): readonly Page[] {
  const pages: Page[] = [];
  const above = new Set<PDFDict>();
  const visit = (value: PDFObject | undefined, inherited: ReadonlyMap<string, PDFObject>): void => {
    budget.checkTime();
    const node = context.lookup(value);
    if (!(node instanceof PDFDict)) throw damaged("a page is missing");
    if (above.has(node) || above.size > DEEPEST) throw damaged("the page tree goes in a circle");
    if (pages.length >= MOST_PAGES) throw damaged(`the document has more than ${MOST_PAGES} pages`);
    const kids = nameUnder(node, "Type") === "Page" ? undefined : node.lookup(PDFName.of("Kids"));
    const own = withOwn(node, inherited);
    if (!(kids instanceof PDFArray)) {
      pages.push({ ref: value instanceof PDFRef ? value : undefined, dictionary: node, inherited });
      return;
    }
    above.add(node);
    for (let at = 0; at < kids.size(); at++) visit(kids.get(at), own);
    above.delete(node);
  };
  const root = catalog.get(PDFName.of("Pages"));
  visit(root, new Map());
  if (pages.length === 0) throw damaged("the document has no pages");
  return pages;
}

function withOwn(node: PDFDict, inherited: ReadonlyMap<string, PDFObject>): ReadonlyMap<string, PDFObject> {
  const own = INHERITABLE.flatMap((key) => {
    const value = node.get(PDFName.of(key));
    return value === undefined ? [] : [[key, value] as const];
  });
  return own.length === 0 ? inherited : new Map([...inherited, ...own]);
}
