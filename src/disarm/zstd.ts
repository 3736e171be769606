import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Budget } from "../core/budget.ts";
import { compressedFile, type CompressedStream, countTrailing } from "./compressed.ts";
import { damaged, Removals } from "./disarmer.ts";
import { decompressionError } from "./inflate.ts";

/** Magic numbers (RFC 8878, sections 3.1.1 and 3.1.2); a skippable frame's last four bits are free. */
const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/** Zstandard (RFC 8878): skippable frames and what follows the data go. */
export const zstdDisarmer = compressedFile({
  name: "zstd",
  mediaTypes: ["application/zstd"],
  read: readFrames,
  write: (content) => zstdCompressSync(content),
});

function readFrames(bytes: Uint8Array, budget: Budget): CompressedStream {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const removed = new Removals();
  const frames: Buffer[] = [];
  let at = 0;
  while (at + 8 <= view.length) {
    const magic = view.readUInt32LE(at);
    const skippable = (magic & ~0xf) === SKIPPABLE;
    if (magic !== FRAME && !skippable) break;
    const end = skippable ? at + 8 + view.readUInt32LE(at + 4) : frameEnd(view, at);
    if (end > view.length) throw damaged("the Zstandard data is cut off");
    if (skippable) removed.add("skippable frame");
    else frames.push(view.subarray(at, end));
    at = end;
  }
  countTrailing(view.subarray(at), removed);
  return { name: "", content: decompressed(Buffer.concat(frames), budget), removed };
}

/** Where a frame ends: its header says how long it is, and each block how long that is (section 3.1.1). */
function frameEnd(view: Buffer, start: number): number {
  const descriptor = view[start + 4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const content = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  let at = start + 5 + (single ? 0 : 1) + dictionary + content;
  for (let last = false; !last;) {
    if (at + 3 > view.length) throw damaged("the Zstandard data is cut off");
    const block = view.readUIntLE(at, 3);
    last = (block & 1) === 1;
    // A block of one repeated byte holds that byte alone.
    at += 3 + (((block >> 1) & 3) === 1 ? 1 : block >> 3);
  }
  return at + ((descriptor & 4) === 0 ? 0 : 4);
}

function decompressed(frames: Buffer, budget: Budget): Buffer {
  budget.checkTime();
  if (frames.length === 0) return frames;
  try {
    const content = zstdDecompressSync(frames, { maxOutputLength: Math.max(1, budget.decompressible(frames.length)) });
    budget.takeDecompressed(content.length);
    return content;
  } catch (error) {
    throw decompressionError(error, frames.length, budget);
  }
}
