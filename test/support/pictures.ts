import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { inFolder } from "./archives.ts";

/** Tags of metadata, as ExifTool finds them. */
export function metadataOf(bytes: Uint8Array): string[] {
  return inFolder((folder) => {
    const path = join(folder, "picture");
    writeFileSync(path, bytes);
    const found: readonly Record<string, unknown>[] = JSON.parse(
      execFileSync("exiftool", [
        "-j",
        "-G1",
        "-EXIF:all",
        "-XMP:all",
        "-IPTC:all",
        "-ICC_Profile:all",
        "-Photoshop:all",
        "-Comment",
        "-Trailer:all",
        "-Warning",
        "-PNG:Comment",
        "-PNG:Copyright",
        path,
      ]).toString(),
    );
    const structural =
      /^(?:SourceFile|IFD\d:(?:Image(?:Width|Height)|BitsPerSample|Compression|PhotometricInterpretation|StripOffsets|SamplesPerPixel|RowsPerStrip|StripByteCounts|[XY]Resolution|ResolutionUnit|PlanarConfiguration|Orientation|Predictor|SampleFormat|Tile\w+|SubfileType|PageNumber|ExtraSamples|FillOrder|Thresholding|YCbCr\w+))$/;
    return Object.keys(found[0] ?? {}).filter((tag) => !structural.test(tag));
  });
}

/** The mean difference of a channel between two pictures as they are seen, 0 to 255. */
export async function difference(a: Uint8Array, b: Uint8Array): Promise<number> {
  const pixels = async (bytes: Uint8Array) =>
    await sharp(bytes, { animated: true })
      .autoOrient()
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
  const [one, other] = [await pixels(a), await pixels(b)];
  const shape = ({ info }: typeof one): string => `${info.width}x${info.height}x${info.channels}`;
  if (shape(one) !== shape(other)) throw new Error(`${shape(one)} became ${shape(other)}`);
  return one.data.reduce((sum, value, i) => sum + Math.abs(value - (other.data[i] ?? 0)), 0) / one.data.length;
}
