import { damaged, type Removals, unsupported } from "../disarmer.ts";

/** Signatures of the end record, the ZIP64 one and its locator (sections 4.3.14 to 4.3.16). */
const END = Buffer.from("PK\x05\x06", "latin1");
const END_SIZE = 22;
const LONG_END = 0x06064b50;
const LONG_END_SIZE = 56;
const LOCATOR = 0x07064b50;
const LOCATOR_SIZE = 20;
/** Comments that say a version or a commit, and hold nothing that acts. */
const PLAIN_COMMENT = /^[\x20-\x7e\r\n]{0,256}$/;

/** Whether a comment of an archive or a member can stay. */
export function isPlainComment(text: string): boolean {
  return PLAIN_COMMENT.test(text);
}

/** Where the directory of an archive is. */
export interface Directory {
  readonly count: number;
  readonly start: number;
  readonly end: number;
  /** What to add to every offset: the bytes that something put before the archive. */
  readonly base: number;
}

/** What an end record says of the directory, which ends where the record begins. */
interface EndRecord {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  readonly end: number;
}

/** Finds an archive's directory from its end. Throws `RefusedFile` where it is not there. */
export function findDirectory(view: Buffer, removed: Removals): Directory {
  const endAt = view.lastIndexOf(END);
  if (endAt < 0 || endAt + END_SIZE > view.length) throw damaged("the ZIP archive has no end record");
  const commentEnd = endAt + END_SIZE + view.readUInt16LE(endAt + 20);
  if (commentEnd > view.length) throw damaged("the ZIP archive is cut off");
  if (!isPlainComment(view.toString("latin1", endAt + END_SIZE, commentEnd))) removed.add("archive comment");
  if (commentEnd < view.length) removed.add("piece of data after the end", 1, "pieces of data after the end");
  if (view.readUInt16LE(endAt + 4) !== view.readUInt16LE(endAt + 6))
    throw unsupported("the archive is one of several volumes");
  const short: EndRecord = {
    count: view.readUInt16LE(endAt + 10),
    size: view.readUInt32LE(endAt + 12),
    offset: view.readUInt32LE(endAt + 16),
    end: endAt,
  };
  const { count, size, offset, end } = longDirectory(view, endAt, short);
  const base = end - size - offset;
  if (base < 0 || size > end) throw damaged("the ZIP directory is not where its end says");
  return { count, start: end - size, end, base };
}

/** The ZIP64 end record (sections 4.3.14 and 4.3.15), where there is one: it must agree with the short one. */
function longDirectory(view: Buffer, endAt: number, short: EndRecord): EndRecord {
  if (endAt < LOCATOR_SIZE + LONG_END_SIZE || view.readUInt32LE(endAt - LOCATOR_SIZE) !== LOCATOR) return short;
  const at = endAt - LOCATOR_SIZE - LONG_END_SIZE;
  if (view.readUInt32LE(at) !== LONG_END) throw damaged("the ZIP64 end record is not before its locator");
  const long = {
    count: Number(view.readBigUInt64LE(at + 32)),
    size: Number(view.readBigUInt64LE(at + 40)),
    offset: Number(view.readBigUInt64LE(at + 48)),
    end: at,
  };
  if (
    !agrees(long.count, short.count, 0xffff) ||
    !agrees(long.size, short.size, 0xffffffff) ||
    !agrees(long.offset, short.offset, 0xffffffff)
  )
    throw damaged("the two end records of the ZIP archive disagree");
  return long;
}

/** Whether the long record's value is the short one's, or the short one leaves it to the long one. */
function agrees(long: number, short: number, most: number): boolean {
  return long === short || short === most;
}
