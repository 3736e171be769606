import { damaged, Removals } from "../disarmer.ts";
import { hasHiddenData } from "./gif-data.ts";

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;
/** Labels of extensions (GIF89a, sections 23 to 26). */
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;
const COMMENT = 0xfe;

/** What in a GIF file is beside the picture. Throws `RefusedFile` for a broken one. */
export function gifExtras(view: Buffer): Removals {
  const removed = new Removals();
  let at = 13 + tableSize(view[10] ?? 0);
  const seen = new Set<number>();
  for (let block = view[at]; block !== TRAILER; block = view[at]) {
    if (block === IMAGE) {
      const start = at + 11 + tableSize(view[at + 9] ?? 0);
      const end = blocksEnd(view, start);
      const pixels = view.readUInt16LE(at + 5) * view.readUInt16LE(at + 7);
      if (hasHiddenData(blocksContent(view, start, end), view[start - 1] ?? 0, pixels)) removed.add(...HIDDEN);
      seen.delete(GRAPHIC_CONTROL);
      at = end;
    } else if (block === EXTENSION) {
      const label = view[at + 1] ?? 0;
      // Of several before one frame, or about repetition, programs read one.
      if (!isPlain(view, at, label) || seen.has(label)) removed.add(label === COMMENT ? "comment" : "extension");
      seen.add(label);
      at = blocksEnd(view, at + 2);
    } else throw damaged("the GIF file is damaged or cut off");
  }
  if (at + 1 < view.length) removed.add("piece of data after the end", 1, "pieces of data after the end");
  return removed;
}

const HIDDEN = ["piece of hidden data", 1, "pieces of hidden data"] as const;

/** Bytes of a colour table, as the flags before it say. */
function tableSize(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Delays and transparency, and how often an animation is repeated. */
function isPlain(view: Buffer, at: number, label: number): boolean {
  if (label === GRAPHIC_CONTROL) return view[at + 2] === 4 && view[at + 7] === 0;
  if (label !== APPLICATION) return false;
  return (
    /^(?:NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(view.toString("latin1", at + 3, at + 14)) &&
    view[at + 14] === 3 &&
    view[at + 18] === 0
  );
}

/** What data blocks hold, without their sizes. */
function blocksContent(view: Buffer, start: number, end: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = start; at < end - 1; at += 1 + (view[at] ?? 0))
    pieces.push(view.subarray(at + 1, at + 1 + (view[at] ?? 0)));
  return Buffer.concat(pieces);
}

function blocksEnd(view: Buffer, start: number): number {
  let at = start;
  for (let size = view[at]; size !== 0; size = view[at]) {
    if (size === undefined) throw damaged("the GIF file is cut off");
    at += 1 + size;
  }
  return at + 1;
}
