import { crc32 } from "node:zlib";
import { damaged, Removals } from "../disarmer.ts";

const SIGNATURE = 8;
/** Chunks that say how pixels look and nothing else (PNG, third edition, section 11), those of animations among them. */
const INERT = new Set(
  "IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB cICP mDCV cLLI sBIT bKGD hIST pHYs acTL fcTL fdAT".split(" "),
);
const NOUNS: Readonly<Record<string, string>> = {
  iCCP: "colour profile",
  eXIf: "EXIF block",
  tEXt: "text",
  zTXt: "text",
  iTXt: "text",
  tIME: "time",
};

/** One chunk: its type, and where it stands with its length and checksum. */
interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** What in a PNG file is beside the picture. Throws `RefusedFile` for a broken one. */
export function pngExtras(view: Buffer): Removals {
  const removed = new Removals();
  let end = SIGNATURE;
  for (const chunk of chunksOf(view)) {
    if (!INERT.has(chunk.type)) removed.add(NOUNS[chunk.type] ?? "unknown chunk");
    end = chunk.end;
  }
  if (end < view.length) removed.add("piece of data after the end", 1, "pieces of data after the end");
  return removed;
}

/** Whether a file is an animation (APNG), which the codec cannot write. */
export function isAnimatedPng(view: Buffer): boolean {
  return chunksOf(view).some(({ type }) => type === "acTL");
}

/** An animation's chunks alone, as they are: frames and timing stay. */
export function strippedPng(view: Buffer): Buffer {
  const kept = chunksOf(view).filter(({ type }) => INERT.has(type));
  return Buffer.concat([view.subarray(0, SIGNATURE), ...kept.map(({ start, end }) => view.subarray(start, end))]);
}

/** Frames of an animation; none is larger than the picture. */
export function pngFrames(view: Buffer): number {
  return chunksOf(view).filter(({ type }) => type === "fcTL").length;
}

function chunksOf(view: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = SIGNATURE; chunks.at(-1)?.type !== "IEND"; start = chunks.at(-1)?.end ?? view.length) {
    if (start + 12 > view.length) throw damaged("the PNG file is cut off");
    const end = start + 12 + view.readUInt32BE(start);
    if (end > view.length) throw damaged("the PNG file is cut off");
    const type = view.toString("latin1", start + 4, start + 8);
    if (crc32(view.subarray(start + 4, end - 4)) !== view.readUInt32BE(end - 4))
      throw damaged("a chunk's checksum in the PNG file is wrong");
    chunks.push({ type, start, end });
  }
  return chunks;
}
