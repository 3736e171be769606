import type { Budget } from "../core/budget.ts";
import type { Disarmer, Removals } from "./disarmer.ts";
import { avifExtras } from "./image/avif.ts";
import { readBitmap, writeBitmap } from "./image/bmp.ts";
import { checkPixels, type Encode, encodedAnew, limitPixels, measured, takePixels } from "./image/codec.ts";
import { gifExtras } from "./image/gif.ts";
import { rebuiltIcons } from "./image/ico.ts";
import { jpegExtras } from "./image/jpeg.ts";
import { isAnimatedPng, pngExtras, pngFrames, strippedPng } from "./image/png.ts";
import { tiffExtras } from "./image/tiff.ts";
import { isLosslessWebp, webpExtras } from "./image/webp.ts";
import { countHiddenWebpData } from "./image/webp-hidden.ts";

/** Quality of what is encoded anew with loss: twice as near to the original as what photographs usually have. */
const QUALITY = 92;

/**
 * Pictures of one format. One whose file holds nothing but its pixels stays as it is, once they are known to decode; any other is
 * decoded and encoded anew, seen as before.
 */
function pictures(
  name: string,
  extras: (view: Buffer) => Removals,
  encode: (view: Buffer) => Encode,
  countHidden?: (view: Buffer, budget: Budget) => Promise<number>,
): Disarmer {
  return {
    name,
    key: "image",
    mediaTypes: [`image/${name}`],
    disarm: async (bytes, _, budget, options) => {
      const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      const removed = extras(view);
      const animated = name === "png" && isAnimatedPng(view);
      const { image, metadata, pixels } = await measured(view, budget, animated ? pngFrames(view) : 1);
      limitPixels(pixels, options);
      if (removed.isEmpty && countHidden !== undefined)
        removed.add("piece of hidden data", await countHidden(view, budget), "pieces of hidden data");
      if (removed.isEmpty || animated) await checkPixels(image);
      if (removed.isEmpty) return { kind: "clean" };
      const rebuilt = animated ? strippedPng(view) : await encodedAnew(image, metadata, encode(view));
      return { kind: "rebuilt", bytes: rebuilt, removed: removed.list() };
    },
  };
}

/** Colours in full, since colours thinned out twice can be seen. */
const jpeg: Encode = (image) => image.jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" });
const png: Encode = (image, { depth }) => (depth === "ushort" ? image.toColourspace("rgb16").png() : image.png());

/** Disarmers of pictures, by format. */
export const imageDisarmers: readonly Disarmer[] = [
  pictures("jpeg", jpegExtras, () => jpeg),
  pictures("png", pngExtras, () => png),
  pictures("gif", gifExtras, () => (image) => image.gif()),
  pictures(
    "webp",
    webpExtras,
    (view) => {
      const lossless = isLosslessWebp(view);
      return (image) => image.webp({ lossless, quality: lossless ? 100 : QUALITY });
    },
    countHiddenWebpData,
  ),
  pictures("tiff", tiffExtras, () => (image) => image.tiff({ compression: "deflate" })),
  pictures("avif", avifExtras, () => (image) => image.avif({ quality: 80, effort: 2 })),
  {
    name: "icon",
    key: "image",
    mediaTypes: ["image/x-icon"],
    disarm: (bytes) => {
      const { bytes: rebuilt, removed } = rebuiltIcons(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      return removed.isEmpty ? { kind: "clean" } : { kind: "rebuilt", bytes: rebuilt, removed: removed.list() };
    },
  },
  {
    name: "bmp",
    key: "image",
    mediaTypes: ["image/bmp"],
    disarm: (bytes, _, budget, options) => {
      const bitmap = readBitmap(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      const pixels = bitmap.width * bitmap.height;
      takePixels(pixels, budget);
      limitPixels(pixels, options);
      if (bitmap.removed.isEmpty) return { kind: "clean" };
      return { kind: "rebuilt", bytes: writeBitmap(bitmap), removed: bitmap.removed.list() };
    },
  },
];
