import { crc32 } from "node:zlib";
import xz from "xz-decompress";
import type { Budget } from "../core/budget.ts";
import { compressedFile, type CompressedStream, countTrailing } from "./compressed.ts";
import { Removals } from "./disarmer.ts";
import { GrowingContent } from "./growing.ts";

const MAGIC = Buffer.from("\xFD7zXZ\0", "latin1");
const FOOTER_MAGIC = Buffer.from("YZ", "latin1");
/** CRC32 as the integrity check (The .xz File Format, section 2.1.1.2). */
const FLAGS = Buffer.of(0, 1);
/** Bytes of content in one uncompressed chunk of LZMA2. */
const CHUNK = 2 ** 16;

/** XZ. What has to change is written anew uncompressed, in chunks that LZMA2 has for data that does not shrink. */
export const xzDisarmer = compressedFile({
  name: "xz",
  mediaTypes: ["application/x-xz"],
  read: readStreams,
  write: storedStream,
});

async function readStreams(bytes: Uint8Array, budget: Budget): Promise<CompressedStream> {
  const removed = new Removals();
  const content = new GrowingContent(bytes.length, budget);
  const end = streamsEnd(bytes);
  countTrailing(bytes.subarray(end), removed);
  const stream = new xz.XzReadableStream(new Blob([bytes.slice(0, end)]).stream());
  for await (const chunk of stream) content.write(chunk);
  return { name: "", content: content.take(), removed };
}

/** Where the last stream ends: its footer ends with two letters, and has its flags before them (section 2.1.2). */
function streamsEnd(bytes: Uint8Array): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = view.lastIndexOf(FOOTER_MAGIC); at > 0; at = view.lastIndexOf(FOOTER_MAGIC, at - 1))
    if (at >= 22 && view.readUInt32LE(at - 10) === crc32(view.subarray(at - 6, at))) return at + 2;
  return view.length;
}

/** One stream of one block of uncompressed chunks (section 3; LZMA2's control bytes 1 and 2). */
function storedStream(content: Uint8Array): Buffer {
  const header = Buffer.concat([MAGIC, FLAGS, word(crc32(FLAGS))]);
  const blockHeader = checked(Buffer.of(2, 0, 0x21, 1, 0x08, 0, 0, 0));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += CHUNK) {
    const piece = content.subarray(at, at + CHUNK);
    const size = piece.length - 1;
    chunks.push(Buffer.of(at === 0 ? 1 : 2, size >> 8, size & 0xff), piece);
  }
  const data = Buffer.concat([...chunks, Buffer.of(0)]);
  const unpadded = blockHeader.length + data.length + 4;
  const block = Buffer.concat([blockHeader, padded(data), word(crc32(content))]);
  const index = checked(padded(Buffer.concat([Buffer.of(0, 1), varint(unpadded), varint(content.length)])));
  const backward = Buffer.concat([word(index.length / 4 - 1), FLAGS]);
  return Buffer.concat([header, block, index, word(crc32(backward)), backward, FOOTER_MAGIC]);
}

function checked(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, word(crc32(bytes))]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Seven bits a byte, the lowest first (section 1.2). */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
