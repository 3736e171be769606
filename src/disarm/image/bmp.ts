import { damaged, Removals, unsupported } from "../disarmer.ts";

const FILE_HEADER = 14;
/** Sizes of the information headers that are read: BITMAPINFOHEADER and its fourth and fifth versions, and OS/2's. */
const HEADERS = new Set([12, 40, 52, 56, 108, 124]);
/** No compression, run lengths of eight and four bits, bit fields. */
const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BIT_FIELDS = 3;

/** A bitmap taken apart. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** Both headers and the colour table. */
  readonly head: Buffer;
  readonly pixels: Buffer;
  readonly removed: Removals;
}

/** Reads a Windows bitmap. What is neither header, colour table nor pixels counts as removed. Throws `RefusedFile` for a broken one. */
export function readBitmap(view: Buffer): Bitmap {
  const removed = new Removals();
  const size = view.readUInt32LE(14);
  if (!HEADERS.has(size)) throw unsupported("the bitmap has a header that is not known");
  const old = size === 12;
  const width = old ? view.readUInt16LE(18) : view.readInt32LE(18);
  const height = Math.abs(old ? view.readUInt16LE(20) : view.readInt32LE(22));
  const depth = view.readUInt16LE(old ? 24 : 28);
  const compression = old ? RGB : view.readUInt32LE(30);
  if (width <= 0 || ![RGB, RLE8, RLE4, BIT_FIELDS].includes(compression))
    throw unsupported("the bitmap is of a kind that is not known");
  const masks = compression === BIT_FIELDS && size === 40 ? 12 : 0;
  const colours = depth > 8 ? 0 : (old ? 0 : view.readUInt32LE(46)) || 2 ** depth;
  const headEnd = FILE_HEADER + size + masks + Math.min(colours, 256) * (old ? 3 : 4);
  const start = view.readUInt32LE(10);
  const length =
    compression === RLE8 || compression === RLE4 ? view.readUInt32LE(34) : Math.ceil((width * depth) / 32) * 4 * height;
  if (start < headEnd || start + length > view.length) throw damaged("the bitmap is cut off");
  if (start > headEnd) removed.add("hidden piece of data", 1, "hidden pieces of data");
  if (view.subarray(start + length).some((byte) => byte !== 0))
    removed.add("piece of data after the end", 1, "pieces of data after the end");
  if (size === 124 && view.readUInt32LE(FILE_HEADER + 116) > 0) removed.add("colour profile");
  return { width, height, head: view.subarray(0, headEnd), pixels: view.subarray(start, start + length), removed };
}

/** A bitmap of headers, colour table and pixels alone. */
export function writeBitmap({ head, pixels }: Bitmap): Buffer {
  const bytes = Buffer.concat([head, pixels]);
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(0, 6);
  bytes.writeUInt32LE(head.length, 10);
  const size = bytes.readUInt32LE(14);
  // The colour space of a fifth version's header becomes sRGB, and its profile nothing.
  if (size === 124) {
    bytes.write("BGRs", FILE_HEADER + 56, "latin1");
    bytes.fill(0, FILE_HEADER + 112, FILE_HEADER + 124);
  }
  return bytes;
}
