import { damaged, type Removals } from "../disarmer.ts";

/** Extra fields (section 4.5) that say sizes, times, owners and padding, and are for no program to run. */
const INERT = new Set([0x0001, 0x000a, 0x5455, 0x5855, 0x7855, 0x7875, 0x7075, 0x6375, 0xa220, 0xcafe, 0xd935]);
const ZIP64 = 0x0001;
const UNICODE_PATH = 0x7075;

/** Sizes and the offset of a member. */
export interface Extent {
  readonly size: number;
  readonly compressedSize: number;
  readonly offset: number;
}

/** The extra fields of one header. */
export interface Extras {
  readonly ids: readonly number[];
  readonly unicodePath: Buffer | undefined;
  /** The extent with what the short fields leave to the ZIP64 one (section 4.5.3). */
  long(short: Extent): Extent;
}

/** Reads extra fields. Throws `RefusedFile` for some that do not add up. */
export function readExtras(bytes: Buffer): Extras {
  const fields = new Map<number, Buffer>();
  let at = 0;
  // A writer may pad with fewer bytes than a field's header takes.
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.length) throw damaged("an extra field of the ZIP archive is cut off");
    fields.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, end));
    at = end;
  }
  return {
    ids: [...fields.keys()],
    unicodePath: fields.get(UNICODE_PATH)?.subarray(5),
    long: (short) => longExtent(short, fields.get(ZIP64)),
  };
}

function longExtent(short: Extent, field: Buffer | undefined): Extent {
  let at = 0;
  const take = (value: number): number => {
    if (value !== 0xffffffff) return value;
    if (field === undefined || at + 8 > field.length) throw damaged("a ZIP64 field is missing");
    at += 8;
    return Number(field.readBigUInt64LE(at - 8));
  };
  return { size: take(short.size), compressedSize: take(short.compressedSize), offset: take(short.offset) };
}

/** Counts what is not known to be inert; a second name that differs is a trick. */
export function countExtras({ ids, unicodePath }: Extras, nameBytes: Buffer, removed: Removals): void {
  removed.add("unknown extra field", ids.filter((id) => !INERT.has(id)).length);
  if (unicodePath !== undefined && !unicodePath.equals(nameBytes))
    removed.add("second name of a member", 1, "second names of members");
}
