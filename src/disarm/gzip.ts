import { crc32, deflateRawSync } from "node:zlib";
import type { Budget } from "../core/budget.ts";
import { compressedFile, type CompressedStream, countTrailing } from "./compressed.ts";
import { damaged, Removals } from "./disarmer.ts";
import { inflate } from "./inflate.ts";

/** Flags of a member's header (RFC 1952, section 2.3.1). */
const HEADER_CRC = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const RESERVED = 0xe0;
const HEADER = 10;
const TRAILER = 8;

interface GzipStream extends CompressedStream {
  /** Seconds since the epoch. */
  readonly modified: number;
}

/** GZIP (RFC 1952): name and time of the file are kept; extra fields, comments and what follows the data go. */
export const gzipDisarmer = compressedFile<GzipStream>({
  name: "gzip",
  mediaTypes: ["application/gzip"],
  read: readStream,
  write: (content, { name, modified }) => written(name, modified, content),
});

/** All members of a stream; their data is one file (section 2.2). */
function readStream(bytes: Uint8Array, budget: Budget): GzipStream {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const removed = new Removals();
  const contents: Buffer[] = [];
  let name = "";
  let at = 0;
  while (view[at] === 0x1f && view[at + 1] === 0x8b) {
    const header = readHeader(view, at);
    removed.add("comment", header.hasComment ? 1 : 0);
    removed.add("extra field", header.hasExtra ? 1 : 0);
    if (at === 0) name = fileName(header.name, removed);
    const { bytes: content, consumed } = inflate(view.subarray(header.end), budget);
    const trailer = header.end + consumed;
    if (trailer + TRAILER > view.length) throw damaged("the GZIP stream is cut off");
    if (view.readUInt32LE(trailer) !== crc32(content)) throw damaged("the GZIP stream's checksum is wrong");
    contents.push(content);
    at = trailer + TRAILER;
  }
  countTrailing(view.subarray(at), removed);
  return { name, modified: view.readUInt32LE(4), content: Buffer.concat(contents), removed };
}

/** What of a name is safe to make a file by: no folders, no controls. */
function fileName(given: string, removed: Removals): string {
  const safe = given.replaceAll(/^.*[/\\]|[\x00-\x1f\x7f]/g, "").replace(/^\.+/, "");
  removed.add("unsafe name", safe === given ? 0 : 1);
  return safe;
}

function readHeader(view: Buffer, start: number) {
  const flags = view[start + 3] ?? 0;
  if (view[start + 2] !== 8 || (flags & RESERVED) !== 0)
    throw damaged("the GZIP header is not one that RFC 1952 knows");
  let at = start + HEADER;
  if ((flags & EXTRA) !== 0) at += 2 + (view[at] ?? 0) + (view[at + 1] ?? 0) * 256;
  const text = (flag: number): string => {
    if ((flags & flag) === 0) return "";
    const end = view.indexOf(0, at);
    if (end < 0) throw damaged("the GZIP header is cut off");
    const value = view.toString("latin1", at, end);
    at = end + 1;
    return value;
  };
  const name = text(NAME);
  const comment = text(COMMENT);
  if ((flags & HEADER_CRC) !== 0) at += 2;
  if (at >= view.length) throw damaged("the GZIP header is cut off");
  return { name, hasComment: comment !== "", hasExtra: (flags & EXTRA) !== 0, end: at };
}

function written(name: string, modified: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER);
  header.set([0x1f, 0x8b, 8, name === "" ? 0 : NAME]);
  header.writeUInt32LE(modified, 4);
  header[9] = 255;
  const trailer = Buffer.alloc(TRAILER);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([header, name === "" ? "" : `${name}\0`, deflateRawSync(content), trailer].map(bytesOf));
}

function bytesOf(piece: Uint8Array | string): Uint8Array {
  return typeof piece === "string" ? Buffer.from(piece, "latin1") : piece;
}
