import { damaged, Removals } from "../disarmer.ts";

/** Chunks of pixels and of animation (RFC 9649, section 2), and those of one frame. */
const INERT = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"]);
const FRAME_INERT = new Set(["VP8 ", "VP8L", "ALPH"]);
/** Chunks that have one size. */
const SIZES: Readonly<Record<string, number>> = { VP8X: 10, ANIM: 6 };
const NOUNS: Readonly<Record<string, string>> = {
  ICCP: "colour profile",
  EXIF: "EXIF block",
  "XMP ": "XMP packet",
};
const HEADER = 12;
/** What of a frame comes before its chunks: place, size, duration. */
const FRAME_HEADER = 16;

/** A piece of a WebP file. */
export interface Chunk {
  readonly type: string;
  readonly content: Buffer;
}

/** What in a WebP file is beside the picture. Throws `RefusedFile` for a broken one. */
export function webpExtras(view: Buffer): Removals {
  const removed = new Removals();
  const end = HEADER - 4 + view.readUInt32LE(4);
  if (end > view.length) throw damaged("the WebP file is cut off");
  for (const { type, content } of chunksOf(view.subarray(0, end), HEADER, removed)) {
    if (!INERT.has(type)) removed.add(NOUNS[type] ?? "unknown chunk");
    if (content.length > (SIZES[type] ?? content.length))
      removed.add("piece of hidden data", 1, "pieces of hidden data");
    if (type !== "ANMF") continue;
    for (const inner of chunksOf(content, FRAME_HEADER, removed))
      if (!FRAME_INERT.has(inner.type)) removed.add("unknown chunk");
  }
  if (end + (end % 2) < view.length) removed.add("piece of data after the end", 1, "pieces of data after the end");
  return removed;
}

/** The chunks of a file or frame. What is no chunk, and a byte that fills up and is not zero, are noted as hidden. */
function chunksOf(view: Buffer, start: number, removed: Removals): Chunk[] {
  const chunks: Chunk[] = [];
  let at = start;
  while (at + 8 <= view.length) {
    const size = view.readUInt32LE(at + 4);
    if (at + 8 + size > view.length) throw damaged("a chunk of the WebP file is cut off");
    chunks.push({ type: view.toString("latin1", at, at + 4), content: view.subarray(at + 8, at + 8 + size) });
    at += 8 + size + (size % 2);
    if (size % 2 === 1 && (view[at - 1] ?? 0) !== 0) removed.add("piece of hidden data", 1, "pieces of hidden data");
  }
  if (at < view.length) removed.add("piece of hidden data", 1, "pieces of hidden data");
  return chunks;
}

/** Whether pixels are coded without loss. */
export function isLosslessWebp(view: Buffer): boolean {
  return view.includes("VP8L") && !view.includes("VP8 ");
}

/** The chunks of each frame; of a picture that stands still, all of its chunks. */
export function framesOf(view: Buffer): readonly (readonly Chunk[])[] {
  const chunks = chunksOf(view.subarray(0, HEADER - 4 + view.readUInt32LE(4)), HEADER, new Removals());
  const animated = chunks.filter(({ type }) => type === "ANMF");
  if (animated.length === 0) return [chunks];
  return animated.map(({ content }) => chunksOf(content, FRAME_HEADER, new Removals()));
}
