import { damaged, Removals } from "../disarmer.ts";
import { pngExtras, strippedPng } from "./png.ts";

const HEADER = 6;
const ENTRY = 16;
const BITMAP_HEADER = 40;
/** Icons in one file; programs write about ten. */
const MOST = 256;

interface Icon {
  /** Its entry of the directory, whose last eight bytes are size and offset. */
  readonly entry: Buffer;
  readonly content: Buffer;
}

/** An icon file of its pictures alone, and what had to go for that. Throws `RefusedFile` for a broken one. */
export function rebuiltIcons(view: Buffer): { readonly bytes: Buffer; readonly removed: Removals } {
  const removed = new Removals();
  const count = view.readUInt16LE(4);
  if (count === 0 || count > MOST) throw damaged("the icon file holds no icons, or more than any program writes");
  const ranges: [start: number, end: number][] = [[0, HEADER + ENTRY * count]];
  const icons = Array.from({ length: count }, (_, i): Icon => {
    const entry = view.subarray(HEADER + ENTRY * i, HEADER + ENTRY * (i + 1));
    const start = entry.readUInt32LE(12);
    const end = start + entry.readUInt32LE(8);
    if (end > view.length) throw damaged("the icon file is cut off");
    ranges.push([start, end]);
    return { entry, content: plainIcon(view.subarray(start, end), removed) };
  });
  countGaps(ranges, view.length, removed);
  return { bytes: written(view.subarray(0, HEADER), icons), removed };
}

/** A picture of an icon file: PNG, or a bitmap without its file header (its height counts colours and mask). */
function plainIcon(content: Buffer, removed: Removals): Buffer {
  if (content.toString("latin1", 1, 4) === "PNG") {
    const extras = pngExtras(content);
    for (const { one, count, many } of extras.list()) removed.add(one, count, many);
    return extras.isEmpty ? content : strippedPng(content);
  }
  if (content.readUInt32LE(0) !== BITMAP_HEADER)
    throw damaged("a picture of the icon file is neither PNG nor a bitmap");
  const width = content.readInt32LE(4);
  const height = content.readInt32LE(8) / 2;
  const depth = content.readUInt16LE(14);
  if (width <= 0 || height <= 0 || content.readUInt32LE(16) !== 0)
    throw damaged("a bitmap of the icon file is damaged");
  const colours = depth > 8 ? 0 : Math.min(256, content.readUInt32LE(32) || 2 ** depth);
  const rows = (bits: number): number => Math.ceil((width * bits) / 32) * 4 * height;
  const pixels = BITMAP_HEADER + 4 * colours + rows(depth);
  if (pixels > content.length) throw damaged("a bitmap of the icon file is cut off");
  // Programs leave the mask out where every pixel says how opaque it is.
  const end = Math.min(content.length, pixels + rows(1));
  if (content.length > end) removed.add("hidden piece of data", 1, "hidden pieces of data");
  return content.subarray(0, end);
}

function countGaps(ranges: readonly (readonly [number, number])[], length: number, removed: Removals): void {
  let at = 0;
  for (const [start, end] of ranges.toSorted(([a], [b]) => a - b)) {
    if (start > at) removed.add("hidden piece of data", 1, "hidden pieces of data");
    at = Math.max(at, end);
  }
  if (at < length) removed.add("piece of data after the end", 1, "pieces of data after the end");
}

function written(header: Buffer, icons: readonly Icon[]): Buffer {
  let offset = HEADER + ENTRY * icons.length;
  const directory = icons.map(({ entry, content }) => {
    const fields = Buffer.from(entry);
    fields.writeUInt32LE(content.length, 8);
    fields.writeUInt32LE(offset, 12);
    offset += content.length;
    return fields;
  });
  return Buffer.concat([header, ...directory, ...icons.map(({ content }) => content)]);
}
