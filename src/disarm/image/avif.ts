import { damaged, Removals } from "../disarmer.ts";

/** Boxes at the top (ISO 14496-12; AV1 Image File Format): what the file is, its items, and their data. */
const INERT = new Set(["ftyp", "meta", "mdat"]);
/** Item types that are pictures. */
const PICTURES = new Set(["av01", "grid", "iden", "iovl", "tmap"]);
const NOUNS: Readonly<Record<string, string>> = { Exif: "EXIF block", mime: "XMP packet", moov: "image sequence" };

interface Box {
  readonly type: string;
  /** Where its content begins. */
  readonly content: number;
  readonly end: number;
}

/** What in an AVIF file is beside the picture. Throws `RefusedFile` for a broken one. */
export function avifExtras(view: Buffer): Removals {
  const removed = new Removals();
  const stop = picturesEnd(view);
  if (stop < view.length) removed.add("piece of data after the end", 1, "pieces of data after the end");
  for (const { type, content, end } of boxesOf(view, 0, stop)) {
    if (!INERT.has(type)) removed.add(NOUNS[type] ?? "unknown box", 1, type === "moov" ? undefined : "unknown boxes");
    if (type === "meta") countItems(view, content + 4, end, removed);
  }
  return removed;
}

/** Where what is no box begins, or the file ends. */
function picturesEnd(view: Buffer): number {
  let at = 0;
  while (at + 8 <= view.length) {
    const type = view.toString("latin1", at + 4, at + 8);
    const size = view.readUInt32BE(at);
    // A box of size 0 goes on to the end, one of size 1 has it in 64 bits.
    if (INERT.has(type) && size <= 1) return view.length;
    if (!INERT.has(type) && (size < 8 || at + size > view.length)) return at;
    at += size;
  }
  return Math.min(at, view.length);
}

function countItems(view: Buffer, start: number, stop: number, removed: Removals): void {
  for (const box of boxesOf(view, start, stop)) {
    if (box.type === "iinf") {
      const count = view[box.content] === 0 ? 2 : 4;
      for (const { type, content } of boxesOf(view, box.content + 4 + count, box.end)) {
        // Version 2 has 16 bits for the item, version 3 has 32.
        const at = content + (view[content] === 3 ? 10 : 8);
        const item = view.toString("latin1", at, at + 4);
        if (type === "infe" && !PICTURES.has(item)) removed.add(NOUNS[item] ?? "unknown item");
      }
    }
    if (box.type === "iprp") countProfiles(view, box, removed);
  }
}

function countProfiles(view: Buffer, { content, end }: Box, removed: Removals): void {
  for (const container of boxesOf(view, content, end)) {
    if (container.type !== "ipco") continue;
    for (const { type, content: at } of boxesOf(view, container.content, container.end))
      if (type === "colr" && view.toString("latin1", at, at + 4) !== "nclx") removed.add("colour profile");
  }
}

function boxesOf(view: Buffer, start: number, stop: number): Box[] {
  const boxes: Box[] = [];
  for (let at = start; at < stop; at = boxes.at(-1)?.end ?? stop) {
    if (at + 8 > stop) throw damaged("the AVIF file is cut off");
    const size = view.readUInt32BE(at);
    const header = size === 1 ? 16 : 8;
    if (at + header > stop) throw damaged("the AVIF file is cut off");
    const length = size === 1 ? Number(view.readBigUInt64BE(at + 8)) : size;
    const end = size === 0 ? stop : at + length;
    if (end > stop || end < at + header) throw damaged("the AVIF file is cut off");
    boxes.push({ type: view.toString("latin1", at + 4, at + 8), content: at + header, end });
  }
  return boxes;
}
