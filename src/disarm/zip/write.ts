import { crc32, deflateRawSync } from "node:zlib";
import type { ZipEntry } from "./entry.ts";

/** The first moment that MS-DOS counts: 1 January 1980. */
const EPOCH = 0x0021_0000;

/** An entry with new content, compressed as it was. */
export function withContent(entry: ZipEntry, content: Uint8Array): ZipEntry {
  const compressed = entry.method === 0 ? content : deflateRawSync(content);
  return { ...entry, compressed: Buffer.from(compressed), crc: crc32(content), size: content.length };
}

/** An entry under another name; the same where it is its own. */
export function withName(entry: ZipEntry, name: string): ZipEntry {
  return name === entry.name ? entry : { ...entry, name, nameBytes: Buffer.from(name), isUtf8: /[^ -~]/.test(name) };
}

/** A deflated entry for a plain file. */
export function newEntry(name: string, content: Uint8Array): ZipEntry {
  const nameBytes = Buffer.from(name);
  const empty = { nameBytes, name, isUtf8: /[^ -~]/.test(name), method: 8, modified: EPOCH, system: 0, attributes: 0 };
  return withContent({ ...empty, crc: 0, size: 0, compressed: Buffer.alloc(0) }, content);
}

/** A fresh archive of these members in this order: headers that agree, and nothing else. */
export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    directory.push(centralHeader(entry, offset), entry.nameBytes);
    const local = [localHeader(entry), entry.nameBytes, entry.compressed];
    pieces.push(...local);
    offset += local.reduce((sum, { length }) => sum + length, 0);
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([...pieces, ...directory, endRecord(entries.length, size, offset)]);
}

/** The fields that both headers have: from the version needed to the extra field's length. */
function sharedFields({ isUtf8, method, modified, crc, compressed, size, nameBytes }: ZipEntry): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(isUtf8 ? 0x0800 : 0, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt32LE(modified, 6);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(compressed.length, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(nameBytes.length, 22);
  return fields;
}

function localHeader(entry: ZipEntry): Buffer {
  return Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), sharedFields(entry)]);
}

function centralHeader(entry: ZipEntry, offset: number): Buffer {
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(entry.attributes, 6);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([Buffer.from("PK\x01\x02\x14", "latin1"), Buffer.of(entry.system), sharedFields(entry), rest]);
}

/** `count` is at most 65,535 by the limit of parts; sizes by the limit of bodies. */
function endRecord(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
