import {
  PDFArray,
  PDFContext,
  PDFDict,
  PDFHexString,
  PDFInvalidObject,
  PDFName,
  PDFNull,
  PDFNumber,
  PDFBool,
  type PDFObject,
  PDFRawStream,
  PDFRef,
  PDFString,
} from "@cantoo/pdf-lib";
import type { Budget } from "../../core/budget.ts";
import type { Retention } from "../../core/disarm-policy.ts";
import { damaged, type Removals, unsupported } from "../disarmer.ts";
import { isActiveName } from "./active-names.ts";
import { nounOfEntry, servesSignature } from "./nouns.ts";
import { type Shape, shapeNamed } from "./shapes.ts";
import { PICTURE, type Variant, variantOf } from "./variants.ts";

const FILTERS = new Set(
  "FlateDecode LZWDecode ASCII85Decode ASCIIHexDecode RunLengthDecode CCITTFaxDecode DCTDecode JBIG2Decode JPXDecode".split(
    " ",
  ),
);
/** Direct objects in direct objects; real documents stay under ten. */
const DEEPEST = 64;
/** Bytes of streams that a copy may have for each byte of the original: one object may serve in two shapes, not in all. */
const MOST_COPIES = 4;
/** A reference to a reference is followed this far. */
const LONGEST_CHAIN = 8;

/**
 * Copies objects of one document into another, each under the shape of the place it is reached through: what the shape
 * does not list stays behind and is counted. An object that is reached through two places is copied for each, so that
 * nothing can be harmless in one role and act in another.
 */
export class Copier {
  readonly removed: Removals;
  /** What goes only because something else goes: a signature over the former bytes. */
  readonly consequences: Removals;
  /** References of the original that were reached. */
  readonly reached = new Set<PDFRef>();
  readonly #source: PDFContext;
  readonly #target: PDFContext;
  readonly #budget: Budget;
  readonly #pages: ReadonlyMap<PDFRef, PDFRef>;
  readonly #links: Retention;
  readonly #copies = new Map<string, Map<PDFRef, PDFRef>>();
  readonly #waiting: { readonly ref: PDFRef; readonly object: PDFObject; readonly shape: string }[] = [];
  #streamBytes = 0;

  constructor(parts: {
    readonly source: PDFContext;
    readonly target: PDFContext;
    readonly budget: Budget;
    /** New reference of every page that stays. */
    readonly pages: ReadonlyMap<PDFRef, PDFRef>;
    /** What becomes of links out of the document. */
    readonly links: Retention;
    readonly removed: Removals;
    readonly consequences: Removals;
  }) {
    this.#source = parts.source;
    this.#target = parts.target;
    this.#budget = parts.budget;
    this.#pages = parts.pages;
    this.#links = parts.links;
    this.removed = parts.removed;
    this.consequences = parts.consequences;
  }

  /** Copies a dictionary that is an object of its own, and everything below it. */
  dictionary(dictionary: PDFDict, shape: string): PDFDict {
    const copy = this.#dictionary(dictionary, shapeNamed(shape), 0);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      this.#budget.checkTime();
      this.#target.assign(next.ref, this.#object(next.object, next.shape, 0) ?? PDFNull);
    }
    return copy;
  }

  /** What stands in the copy for a value at a place, or undefined where it goes. */
  #value(value: PDFObject, place: string, depth: number): PDFObject | undefined {
    if (depth > DEEPEST) throw damaged("the document nests objects too deeply");
    const [ref, object] = this.#resolved(value);
    if (object === undefined) return undefined;
    if (object instanceof PDFInvalidObject) throw damaged("an object of the document cannot be read");
    const variant = this.#variant(place, object);
    if ("removed" in variant) this.removed.add(variant.removed.one, 1, variant.removed.many);
    const shape = "removed" in variant ? variant.remains : variant.shape;
    if (shape === undefined) return undefined;
    if (shape === "page") return ref && this.#pages.get(ref);
    if (shape === "signature") {
      this.consequences.add("signature");
      return undefined;
    }
    if (ref === undefined || isScalar(object)) return this.#object(object, shape, depth);
    return this.#reference(ref, object, shape);
  }

  #variant(place: string, object: PDFObject): Variant {
    const variant = variantOf(place, object);
    const isLink = "shape" in variant && variant.shape === "openLink";
    return isLink && this.#links === "strip" ? { removed: { one: "link" } } : variant;
  }

  #resolved(value: PDFObject): readonly [ref: PDFRef | undefined, object: PDFObject | undefined] {
    let ref: PDFRef | undefined;
    let object: PDFObject | undefined = value;
    for (let step = 0; object instanceof PDFRef; step++) {
      if (step > LONGEST_CHAIN) return [undefined, undefined];
      ref = object;
      this.reached.add(ref);
      object = this.#source.lookup(ref);
    }
    return [ref, object === PDFNull ? undefined : object];
  }

  #reference(ref: PDFRef, object: PDFObject, shape: string): PDFRef {
    const copies = this.#copies.get(shape) ?? new Map<PDFRef, PDFRef>();
    this.#copies.set(shape, copies);
    const known = copies.get(ref);
    if (known !== undefined) return known;
    const copy = this.#target.nextRef();
    copies.set(ref, copy);
    this.#waiting.push({ ref: copy, object, shape });
    return copy;
  }

  #object(object: PDFObject, name: string, depth: number): PDFObject | undefined {
    const shape = shapeNamed(name);
    if (isScalar(object)) return this.#scalar(object, shape, name);
    if (object instanceof PDFArray)
      return shape.array === undefined ? this.#unlisted() : this.#array(object, shape, depth);
    if (object instanceof PDFRawStream)
      return shape.stream === undefined ? this.#unlisted() : this.#stream(object, shape.stream, depth);
    if (!(object instanceof PDFDict) || (shape.keys ?? shape.map) === undefined) return this.#unlisted();
    const copy = this.#dictionary(object, shape, depth);
    if (name === PICTURE) copy.set(PDFName.of("Subtype"), PDFName.of("Stamp"));
    return copy;
  }

  #scalar(object: PDFObject, shape: Shape, name: string): PDFObject | undefined {
    if (shape.scalar === undefined) return this.#unlisted();
    if (name === "data" && object instanceof PDFName && isActiveName(object.decodeText())) return this.#unlisted();
    return object;
  }

  #unlisted(): undefined {
    this.removed.add("misplaced object");
    return undefined;
  }

  #array(array: PDFArray, { array: place = "scalar", compact }: Shape, depth: number): PDFArray {
    const copy = PDFArray.withContext(this.#target);
    for (let at = 0; at < array.size(); at++) {
      const element = this.#value(array.get(at), place, depth + 1);
      if (element !== undefined) copy.push(element);
      else if (compact === undefined) copy.push(PDFNull);
    }
    return copy;
  }

  #dictionary(dictionary: PDFDict, shape: Shape, depth: number): PDFDict {
    const copy = PDFDict.withContext(this.#target);
    for (const [name, value] of dictionary.entries()) {
      const key = name.decodeText();
      const place = shape.keys?.get(key) ?? shape.map;
      if (place === undefined || (place === "data" && isActiveName(key))) {
        // What a picture is taken from has been counted as a whole.
        if (shape !== shapeNamed(PICTURE)) this.#omit(key, value);
      } else this.#set(copy, name, value, place, depth);
    }
    return copy;
  }

  #set(copy: PDFDict, name: PDFName, value: PDFObject, place: string, depth: number): void {
    const copied = this.#value(value, place, depth + 1);
    if (copied !== undefined) copy.set(name, copied);
  }

  /** Counts an entry that is not listed; where it led is not followed. */
  #omit(key: string, value: PDFObject): void {
    const [, object] = this.#resolved(value);
    if (object === undefined || key === "Parent" || key === "Pages") return;
    if (servesSignature(key)) return;
    const { one, many, count } = nounOfEntry(key, object);
    this.removed.add(one, count, many);
  }

  #stream(stream: PDFRawStream, entries: ReadonlyMap<string, string>, depth: number): PDFRawStream {
    this.#streamBytes += stream.contents.length;
    if (this.#streamBytes > MOST_COPIES * this.#source.pdfFileDetails.pdfSize)
      throw damaged("objects of the document stand in for one another");
    const dictionary = PDFDict.withContext(this.#target);
    for (const [name, value] of stream.dict.entries()) {
      const key = name.decodeText();
      const place = STREAM_ENTRIES.get(key) ?? entries.get(key);
      if (place === undefined) this.#omit(key, value);
      else this.#set(dictionary, name, value, place, depth);
    }
    const filter = dictionary.get(PDFName.of("Filter"));
    const filters = filter instanceof PDFArray ? filter.asArray() : filter === undefined ? [] : [filter];
    for (const coding of filters)
      if (!(coding instanceof PDFName) || !FILTERS.has(coding.decodeText()))
        throw unsupported(`the document has a stream in the coding ${String(coding).slice(0, 32)}`);
    return PDFRawStream.of(dictionary, stream.contents);
  }
}

const STREAM_ENTRIES: ReadonlyMap<string, string> = new Map([
  ["Filter", "filters"],
  ["DecodeParms", "filterParameters"],
  ["DL", "scalar"],
]);

function isScalar(object: PDFObject): boolean {
  return (
    object instanceof PDFNumber ||
    object instanceof PDFName ||
    object instanceof PDFString ||
    object instanceof PDFHexString ||
    object instanceof PDFBool
  );
}
