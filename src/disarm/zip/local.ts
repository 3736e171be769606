import { damaged, type Removals } from "../disarmer.ts";
import { countExtras, readExtras } from "./extras.ts";

const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
const DESCRIPTOR = 0x08074b50;
/** Sizes and checksum follow the data (section 4.4.4, bit 3). */
const HAS_DESCRIPTOR = 8;
/** The content, its header or the directory is encrypted. */
export const ENCRYPTED = 0x2041;

/** What the directory says of a member. */
export interface CentralRecord {
  /** Where the next record begins. */
  readonly next: number;
  readonly nameBytes: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly modified: number;
  readonly crc: number;
  readonly size: number;
  readonly compressedSize: number;
  /** Of its local header, from the beginning of the file. */
  readonly offset: number;
  readonly system: number;
  readonly attributes: number;
}

/** Where a member stands: its header, its data, and the end of what belongs to it. */
export interface LocalRange {
  readonly start: number;
  readonly data: number;
  readonly end: number;
}

/** Reads a member's local header. Throws `RefusedFile` where it does not say what the directory says. */
export function localRange(view: Buffer, record: CentralRecord, removed: Removals): LocalRange {
  const start = record.offset;
  if (start + LOCAL_SIZE > view.length || view.readUInt32LE(start) !== LOCAL)
    throw damaged("a member of the ZIP archive is not where the directory says");
  const nameEnd = start + LOCAL_SIZE + view.readUInt16LE(start + 26);
  const data = nameEnd + view.readUInt16LE(start + 28);
  const end = data + record.compressedSize;
  if (end > view.length) throw damaged("a member of the ZIP archive is cut off");
  const name = view.subarray(start + LOCAL_SIZE, nameEnd);
  const extras = readExtras(view.subarray(nameEnd, data));
  countExtras(extras, name, removed);
  const short = { size: view.readUInt32LE(start + 22), compressedSize: view.readUInt32LE(start + 18), offset: 0 };
  const { size, compressedSize } = extras.long(short);
  const crc = view.readUInt32LE(start + 14);
  const flags = view.readUInt16LE(start + 6);
  const follows = (flags & HAS_DESCRIPTOR) !== 0;
  const agrees = (local: number, central: number): boolean => local === central || (follows && local === 0);
  if (
    !name.equals(record.nameBytes) ||
    ((flags ^ record.flags) & ENCRYPTED) !== 0 ||
    view.readUInt16LE(start + 8) !== record.method ||
    !agrees(crc, record.crc) ||
    !agrees(size, record.size) ||
    !agrees(compressedSize, record.compressedSize)
  )
    throw damaged("the headers of a member and the ZIP directory disagree");
  return { start, data, end: follows ? end + descriptorSize(view, end, record) : end };
}

/** The data descriptor (section 4.3.9), with and without its signature, with short and long sizes. */
function descriptorSize(view: Buffer, at: number, { crc, size, compressedSize }: CentralRecord): number {
  for (const signature of [4, 0])
    for (const width of [4, 8]) {
      const length = signature + 4 + 2 * width;
      if (at + length > view.length) continue;
      const sizeAt = (offset: number): number =>
        width === 4 ? view.readUInt32LE(offset) : Number(view.readBigUInt64LE(offset));
      const from = at + signature;
      if (
        (signature === 0 || view.readUInt32LE(at) === DESCRIPTOR) &&
        view.readUInt32LE(from) === crc &&
        sizeAt(from + 4) === compressedSize &&
        sizeAt(from + 4 + width) === size
      )
        return length;
    }
  throw damaged("what follows a member of the ZIP archive is not what the directory says");
}
