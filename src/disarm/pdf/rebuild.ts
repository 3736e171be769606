import { PDFArray, PDFContext, PDFDict, PDFHexString, PDFName, PDFRef, PDFString, PDFWriter } from "@cantoo/pdf-lib";
import type { Budget } from "../../core/budget.ts";
import type { DisarmOptions } from "../../core/disarm-policy.ts";
import { damaged, Removals } from "../disarmer.ts";
import { Copier } from "./copier.ts";
import { type Page, pagesOf } from "./pages.ts";

/** A document copied without its active content. */
export interface Rebuilt {
  readonly context: PDFContext;
  readonly removed: Removals;
  /** What goes only if the document is written anew. */
  readonly consequences: Removals;
  readonly reached: ReadonlySet<PDFRef>;
}

/** Copies a document from its catalogue, pages and information on. Throws `damaged` where it has no sound page tree. */
export function rebuildPdf(source: PDFContext, options: DisarmOptions, budget: Budget): Rebuilt {
  const catalog = source.lookup(source.trailerInfo.Root);
  if (!(catalog instanceof PDFDict)) throw damaged("the document has no catalogue");
  const target = PDFContext.create();
  target.header = source.header;
  const pages = pagesOf(source, catalog, budget);
  const tree = target.nextRef();
  const root = target.nextRef();
  const placed = pages.map((page) => ({ page, ref: target.nextRef() }));
  const removed = new Removals();
  const consequences = new Removals();
  const references = new Map(placed.flatMap(({ page, ref }) => (page.ref === undefined ? [] : [[page.ref, ref]])));
  const copier = new Copier({ source, target, budget, pages: references, links: options.links, removed, consequences });
  for (const { page, ref } of placed) target.assign(ref, pageCopy(page, copier, tree));
  target.assign(
    tree,
    pageTree(
      target,
      placed.map(({ ref }) => ref),
    ),
  );
  const copy = copier.dictionary(catalog, "catalog");
  copy.set(PDFName.of("Type"), PDFName.of("Catalog"));
  copy.set(PDFName.of("Pages"), tree);
  target.assign(root, copy);
  target.trailerInfo = { Root: root, ...trailerOf(source, target, copier, options) };
  return { context: target, removed, consequences, reached: reachedFrom(source, pages, copier) };
}

function pageCopy({ dictionary, inherited }: Page, copier: Copier, tree: PDFRef): PDFDict {
  const whole = PDFDict.withContext(dictionary.context);
  for (const [key, value] of inherited) whole.set(PDFName.of(key), value);
  for (const [name, value] of dictionary.entries()) whole.set(name, value);
  const copy = copier.dictionary(whole, "page");
  copy.set(PDFName.of("Type"), PDFName.of("Page"));
  copy.set(PDFName.of("Parent"), tree);
  return copy;
}

function pageTree(target: PDFContext, kids: readonly PDFRef[]): PDFDict {
  const list = PDFArray.withContext(target);
  for (const kid of kids) list.push(kid);
  return target.obj({ Type: "Pages", Kids: list, Count: kids.length });
}

/** Title, author and other words about the document, and its identifier. */
function trailerOf(
  source: PDFContext,
  target: PDFContext,
  copier: Copier,
  { metadata }: DisarmOptions,
): { Info?: PDFRef; ID?: PDFArray } {
  const info = source.lookup(source.trailerInfo.Info);
  const copy = info instanceof PDFDict ? copier.dictionary(info, "information") : undefined;
  if (metadata === "strip") copier.removed.add("document property", copy?.keys().length ?? 0, "document properties");
  const id = source.lookup(source.trailerInfo.ID);
  const ids = id instanceof PDFArray ? id.asArray().map((part) => source.lookup(part)) : [];
  const isSound = ids.length === 2 && ids.every((part) => part instanceof PDFString || part instanceof PDFHexString);
  return {
    ...(copy !== undefined && metadata === "keep" ? { Info: target.register(copy) } : {}),
    ...(isSound && id instanceof PDFArray ? { ID: id } : {}),
  };
}

/** What readers reach, with the page tree and the trailer's objects. */
function reachedFrom(source: PDFContext, pages: readonly Page[], copier: Copier): ReadonlySet<PDFRef> {
  const reached = new Set(copier.reached);
  const { Root, Info } = source.trailerInfo;
  for (const ref of [Root, Info, ...pages.map(({ ref: page }) => page)]) if (ref instanceof PDFRef) reached.add(ref);
  return reached;
}

/** The bytes of a document, each object plain, so that every scanner after this one sees it too. */
export async function writePdf(context: PDFContext): Promise<Uint8Array> {
  return await PDFWriter.forContext(context, Number.POSITIVE_INFINITY).serializeToBuffer();
}
