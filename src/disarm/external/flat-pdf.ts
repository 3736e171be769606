import { PDFArray, PDFContext, PDFDict, PDFName, PDFNumber, PDFRawStream } from "@cantoo/pdf-lib";
import { deflateSync } from "node:zlib";
import type { Budget } from "../../core/budget.ts";
import { pagesOf } from "../pdf/pages.ts";
import { parsePdf } from "../pdf/parse.ts";
import { writePdf } from "../pdf/rebuild.ts";
import { externalFailure } from "./run.ts";

/** Dots an inch at which pages are drawn: text reads well on screen and on paper. */
export const RESOLUTION = 150;
/** Points of a PDF's user space in an inch. */
const POINTS = 72;

/** A page as it is drawn: three bytes a pixel. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Reads a binary PPM file of 8 bits a colour. Throws `RefusedFile` for anything else. */
export function readPpm(bytes: Buffer): Picture {
  const [header = "", width = "0", height = "0"] =
    /^P6\s(\d{1,6})\s(\d{1,6})\s255\s/.exec(bytes.toString("latin1", 0, 32)) ?? [];
  const picture = { width: Number(width), height: Number(height), pixels: bytes.subarray(header.length) };
  if (picture.pixels.length === 0 || picture.pixels.length !== picture.width * picture.height * 3)
    throw externalFailure("a page was not drawn");
  return picture;
}

/** A document whose pages are pictures and nothing else. Each is coded without loss, so that no reader needs a codec of pictures for it. */
export class FlatPdf {
  readonly #context = PDFContext.create();
  readonly #tree = this.#context.nextRef();
  readonly #pages = PDFArray.withContext(this.#context);

  /** Adds a page; gives the bytes that it takes. */
  add({ width, height, pixels }: Picture): number {
    const context = this.#context;
    const coded = deflateSync(pixels);
    const image = context.stream(coded, {
      Type: "XObject",
      Subtype: "Image",
      Width: width,
      Height: height,
      ColorSpace: "DeviceRGB",
      BitsPerComponent: 8,
      Filter: "FlateDecode",
    });
    const [wide, high] = [points(width), points(height)];
    const page = context.obj({
      Type: "Page",
      Parent: this.#tree,
      MediaBox: [0, 0, wide, high],
      Resources: { XObject: { Page: context.register(image) } },
      Contents: context.register(context.stream(`q ${wide} 0 0 ${high} 0 0 cm /Page Do Q`)),
    });
    this.#pages.push(context.register(page));
    return coded.length;
  }

  async written(): Promise<Uint8Array> {
    const context = this.#context;
    context.assign(this.#tree, context.obj({ Type: "Pages", Kids: this.#pages, Count: this.#pages.size() }));
    context.trailerInfo.Root = context.register(context.obj({ Type: "Catalog", Pages: this.#tree }));
    return await writePdf(context);
  }
}

function points(pixels: number): number {
  return Math.round((pixels * POINTS * 100) / RESOLUTION) / 100;
}

/** Whether a document in which nothing has to go is one that `FlatPdf` could have written. */
export async function isFlatPdf(bytes: Uint8Array, budget: Budget): Promise<boolean> {
  const context = await parsePdf(bytes, budget);
  const catalog = context.lookup(context.trailerInfo.Root, PDFDict);
  if (!hasOnly(catalog, "Type", "Pages")) return false;
  return pagesOf(context, catalog, budget).every(
    ({ dictionary, inherited }) => inherited.size === 0 && isPicture(dictionary),
  );
}

const CONTENT = /^q \d+(?:\.\d+)? 0 0 \d+(?:\.\d+)? 0 0 cm \/Page Do Q$/;

function isPicture(page: PDFDict): boolean {
  if (!hasOnly(page, "Type", "Parent", "MediaBox", "Resources", "Contents")) return false;
  const [resources, contents] = ["Resources", "Contents"].map((key) => page.lookup(PDFName.of(key)));
  if (!(resources instanceof PDFDict) || !hasOnly(resources, "XObject") || !isPlainStream(contents)) return false;
  const objects = resources.lookup(PDFName.of("XObject"));
  const image = objects instanceof PDFDict && hasOnly(objects, "Page") ? objects.lookup(PDFName.of("Page")) : undefined;
  return image instanceof PDFRawStream && isDeflatedImage(image.dict);
}

function isPlainStream(stream: unknown): boolean {
  return (
    stream instanceof PDFRawStream &&
    hasOnly(stream.dict, "Length") &&
    CONTENT.test(Buffer.from(stream.getContents()).toString("latin1"))
  );
}

function isDeflatedImage(image: PDFDict): boolean {
  const named = { Type: "XObject", Subtype: "Image", ColorSpace: "DeviceRGB", Filter: "FlateDecode" };
  return (
    hasOnly(image, ...Object.keys(named), "Width", "Height", "BitsPerComponent", "Length") &&
    Object.entries(named).every(([key, value]) => image.lookup(PDFName.of(key)) === PDFName.of(value)) &&
    ["Width", "Height", "BitsPerComponent"].every((key) => image.lookup(PDFName.of(key)) instanceof PDFNumber)
  );
}

function hasOnly(dictionary: PDFDict, ...keys: string[]): boolean {
  return dictionary.keys().every((key) => keys.includes(key.decodeText()));
}
