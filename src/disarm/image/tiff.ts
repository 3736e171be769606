import { damaged, Removals } from "../disarmer.ts";

/** Tags that say how pixels are stored and shown (TIFF 6.0, sections 4 to 23). */
const INERT = new Set([
  254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 286, 287,
  290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 338, 339, 340, 341, 347, 512,
  513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532,
]);
const NOUNS: Readonly<Record<number, string>> = {
  700: "XMP packet",
  34675: "colour profile",
  34665: "EXIF block",
  34853: "GPS block",
  330: "hidden page",
};
/** Bytes of one value of each type, by its number. */
const WIDTHS = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const MOST_PAGES = 10_000;
/** Offsets of strips and tiles, each with the tag of their sizes. */
const DATA: ReadonlyMap<number, number> = new Map([
  [273, 279],
  [324, 325],
  [513, 514],
]);
/** Bytes that a writer leaves between two pieces to begin the next at an even place. */
const SLACK = 16;

interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where the values stand. */
  readonly at: number;
}

/** What in a TIFF file is beside the picture. Throws `RefusedFile` for a broken one. */
export function tiffExtras(view: Buffer): Removals {
  const removed = new Removals();
  const little = view.toString("latin1", 0, 2) === "II";
  const short = (at: number): number => (little ? view.readUInt16LE(at) : view.readUInt16BE(at));
  const long = (at: number): number => (little ? view.readUInt32LE(at) : view.readUInt32BE(at));
  const ranges: [start: number, end: number][] = [[0, 8]];
  const seen = new Set<number>();
  for (let page = long(4); page !== 0;) {
    if (seen.has(page) || seen.size > MOST_PAGES) throw damaged("the pages of the TIFF file go in a circle");
    seen.add(page);
    const count = short(page);
    const fields = Array.from({ length: count }, (_, i): Field => {
      const at = page + 2 + 12 * i;
      const field = { tag: short(at), type: short(at + 2), count: long(at + 4) };
      const size = (WIDTHS[field.type] ?? 1) * field.count;
      const inline = size <= 4;
      if (!inline) ranges.push([long(at + 8), long(at + 8) + size]);
      return { ...field, at: inline ? at + 8 : long(at + 8) };
    });
    for (const { tag } of fields) if (!INERT.has(tag)) removed.add(NOUNS[tag] ?? "unknown tag");
    ranges.push([page, page + 6 + 12 * count], ...pixelRanges(fields, short, long));
    page = long(page + 2 + 12 * count);
  }
  if (ranges.some(([, end]) => end > view.length)) throw damaged("the TIFF file is cut off");
  removed.add("hidden piece of data", gaps(ranges, view.length), "hidden pieces of data");
  return removed;
}

function pixelRanges(
  fields: readonly Field[],
  short: (at: number) => number,
  long: (at: number) => number,
): [start: number, end: number][] {
  const values = (tag: number): number[] => {
    const field = fields.find((one) => one.tag === tag);
    if (field === undefined) return [];
    return Array.from({ length: field.count }, (_, i) =>
      field.type === 3 ? short(field.at + 2 * i) : long(field.at + 4 * i),
    );
  };
  return [...DATA].flatMap(([offsets, sizes]) => {
    const lengths = values(sizes);
    return values(offsets).map((start, i): [number, number] => [start, start + (lengths[i] ?? 0)]);
  });
}

/** How many stretches of the file nothing points to. */
function gaps(ranges: readonly (readonly [start: number, end: number])[], length: number): number {
  let at = 0;
  let found = 0;
  for (const [start, end] of [...ranges.toSorted(([a], [b]) => a - b), [length, length] as const]) {
    if (start - at > SLACK) found++;
    at = Math.max(at, end);
  }
  return found;
}
