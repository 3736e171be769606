import { damaged, Removals } from "../disarmer.ts";

/** Chunks of pixels and of animation (RFC 9649, section 2). */
const INERT = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"]);
const NOUNS: Readonly<Record<string, string>> = {
  ICCP: "colour profile",
  EXIF: "EXIF block",
  "XMP ": "XMP packet",
};
const HEADER = 12;

/** What in a WebP file is beside the picture. Throws `RefusedFile` for a broken one. */
export function webpExtras(view: Buffer): Removals {
  const removed = new Removals();
  const end = HEADER - 4 + view.readUInt32LE(4);
  if (end > view.length) throw damaged("the WebP file is cut off");
  let at = HEADER;
  while (at + 8 <= end) {
    const type = view.toString("latin1", at, at + 4);
    if (!INERT.has(type)) removed.add(NOUNS[type] ?? "unknown chunk");
    const size = view.readUInt32LE(at + 4);
    at += 8 + size + (size % 2);
  }
  if (at > end + 1) throw damaged("a chunk of the WebP file is cut off");
  if (Math.max(at, end) < view.length) removed.add("piece of data after the end", 1, "pieces of data after the end");
  return removed;
}

/** Whether pixels are coded without loss. */
export function isLosslessWebp(view: Buffer): boolean {
  return view.includes("VP8L") && !view.includes("VP8 ");
}
