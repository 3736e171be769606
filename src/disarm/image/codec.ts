import type { Metadata, OutputInfo, Sharp } from "sharp";
import { type Budget, BudgetExceeded } from "../../core/budget.ts";
import type { DisarmOptions } from "../../core/disarm-policy.ts";
import { damaged, RefusedFile } from "../disarmer.ts";

/** What a picture is encoded anew as. */
export type Encode = (image: Sharp, metadata: Metadata) => Sharp;

/** Throws `BudgetExceeded` for more pixels than the exchange may have. */
export function takePixels(pixels: number, { limits }: Budget): void {
  if (pixels > limits.pixels) throw new BudgetExceeded("pixels", limits.pixels);
}

/** Throws `RefusedFile` for a picture of more pixels than policy lets one have. */
export function limitPixels(pixels: number, { maxPixels }: DisarmOptions): void {
  if (maxPixels !== undefined && pixels > maxPixels)
    throw new RefusedFile("limits", "pixels", `its ${pixels} pixels are more than policy.disarm.maxPixels`);
}

/** Reads a picture's measures; pixels are those of all its frames. Throws `BudgetExceeded` for more than allowed. */
export async function measured(
  bytes: Uint8Array,
  budget: Budget,
  frames = 1,
): Promise<{ image: Sharp; metadata: Metadata; pixels: number }> {
  budget.checkTime();
  // Loaded where a picture comes, because it is large and most responses have none.
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  sharp.concurrency(1);
  const image = sharp(bytes, { failOn: "error", limitInputPixels: false, animated: true, sequentialRead: true });
  const metadata = await image.metadata();
  const height = metadata.pageHeight ?? metadata.height;
  const pixels = metadata.width * height * Math.max(metadata.pages ?? 1, frames);
  takePixels(pixels, budget);
  return { image, metadata, pixels };
}

/** Decodes every pixel, so that what is handed on untouched is known to decode. Throws `RefusedFile` where it does not. */
export async function checkPixels(image: Sharp): Promise<void> {
  await decoded(image.clone().extractChannel(0).raw());
}

/** The picture encoded anew as it is seen: orientation applied, colours as its profile says, no metadata. */
export async function encodedAnew(image: Sharp, metadata: Metadata, encode: Encode): Promise<Buffer> {
  const upright = (metadata.pages ?? 1) > 1 ? image : image.autoOrient();
  return (await decoded(encode(upright, metadata))).data;
}

async function decoded(image: Sharp): Promise<{ data: Buffer; info: OutputInfo }> {
  try {
    return await image.toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw damaged(`its pixels cannot be decoded: ${error instanceof Error ? error.message : String(error)}`);
  }
}
