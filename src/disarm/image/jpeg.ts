import { damaged, Removals } from "../disarmer.ts";

/** Markers (ITU T.81, table B.1). */
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP14 = 0xee;
const COM = 0xfe;
/** Segments that say how pixels are coded: tables, frames, scans, restart intervals. */
const isCoding = (marker: number): boolean =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) || (marker >= 0xda && marker <= 0xdf);

/** What in a JPEG file is beside the picture. Throws `RefusedFile` for a broken one. */
export function jpegExtras(view: Buffer): Removals {
  const removed = new Removals();
  if (view[1] !== SOI) throw damaged("the JPEG file does not begin with a picture");
  let at = 2;
  for (;;) {
    const marker = markerAt(view, at);
    while (view[at + 1] === 0xff) at++;
    at += 2;
    if (marker === EOI) break;
    const end = at + (at + 2 <= view.length ? view.readUInt16BE(at) : Number.NaN);
    if (!(end >= at + 2 && end <= view.length)) throw damaged("the JPEG file is cut off");
    if (!isCoding(marker) && !isPlain(view.subarray(at + 2, end), marker))
      removed.add(...nounOf(marker, view.toString("latin1", at + 2, Math.min(end, at + 34))));
    at = marker === SOS ? scanEnd(view, end) : end;
  }
  if (at < view.length) removed.add("piece of data after the end", 1, "pieces of data after the end");
  return removed;
}

function markerAt(view: Buffer, at: number): number {
  if (view[at] !== 0xff) throw damaged("the JPEG file holds something between its segments");
  let next = at + 1;
  while (view[next] === 0xff) next++;
  const marker = view[next];
  if (marker === undefined) throw damaged("the JPEG file is cut off");
  return marker;
}

/** JFIF's header without a thumbnail, and the segment by which Adobe's programs say how colours are coded. */
function isPlain(content: Buffer, marker: number): boolean {
  const start = content.toString("latin1", 0, 5);
  if (marker === APP0) return start === "JFIF\0" && content.length === 14;
  return marker === APP14 && start === "Adobe" && content.length === 12;
}

function nounOf(marker: number, start: string): [one: string, count?: number, many?: string] {
  if (start.startsWith("Exif\0")) return ["EXIF block"];
  if (start.startsWith("http://ns.adobe.com/x")) return ["XMP packet"];
  if (start.startsWith("ICC_PROFILE\0")) return ["colour profile"];
  return marker === COM ? ["comment"] : ["application segment"];
}

/** Where entropy-coded data ends: at the next marker that is neither a stuffed byte nor a restart. */
function scanEnd(view: Buffer, start: number): number {
  for (let at = view.indexOf(0xff, start); at >= 0; at = view.indexOf(0xff, at + 1)) {
    const next = view[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw damaged("the JPEG file is cut off");
}
