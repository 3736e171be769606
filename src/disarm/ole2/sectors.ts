import { damaged } from "../disarmer.ts";

/** Numbers above it mark the end of a chain or a free sector (MS-CFB, section 2.1). */
const LAST_SECTOR = 0xfffffffa;
const END = 0xfffffffe;
const HEADER = 512;
const IN_HEADER = 109;

/** Where things are, from the header (section 2.2). */
export interface CompoundHeader {
  readonly sectorSize: number;
  readonly firstDirectory: number;
  readonly miniCutoff: number;
  readonly firstMiniFat: number;
  readonly allocation: readonly number[];
}

/** Sectors in chains: each belongs to one chain only, so that no file holds more than its size. */
export class Sectors {
  readonly #data: Buffer;
  readonly #size: number;
  readonly #offset: number;
  readonly #next: (sector: number) => number;
  readonly #owned = new Set<number>();

  /** `offset` is where sector 0 begins; `next` gives the sector after one. */
  constructor(data: Buffer, size: number, offset: number, next: (sector: number) => number) {
    this.#data = data;
    this.#size = size;
    this.#offset = offset;
    this.#next = next;
  }

  /** The data of a chain. Throws `damaged` where it leaves the file, goes in a circle or crosses another. */
  chain(first: number): Buffer {
    const pieces: Buffer[] = [];
    for (let sector = first; sector !== END; sector = this.#next(sector)) {
      const start = this.#offset + sector * this.#size;
      if (sector > LAST_SECTOR || start >= this.#data.length)
        throw damaged("a stream of the OLE2 file leaves the file");
      if (this.#owned.has(sector)) throw damaged("two streams of the OLE2 file share a sector");
      this.#owned.add(sector);
      pieces.push(this.#data.subarray(start, start + this.#size));
    }
    return Buffer.concat(pieces);
  }
}

/** Reads the header and the allocation table that it leads to. Throws `damaged` where they do not hold together. */
export function readHeader(bytes: Buffer): CompoundHeader {
  const shift = bytes.length < HEADER ? 0 : bytes.readUInt16LE(30);
  if ((shift !== 9 && shift !== 12) || bytes.readUInt16LE(28) !== 0xfffe || bytes.readUInt16LE(32) !== 6)
    throw damaged("the header of the OLE2 file is not one that MS-CFB knows");
  const sectorSize = 2 ** shift;
  const perSector = sectorSize / 4;
  const tables: number[] = [];
  for (let index = 0; index < IN_HEADER; index++) tables.push(bytes.readUInt32LE(76 + index * 4));
  const seen = new Set<number>();
  for (let sector = bytes.readUInt32LE(68); sector < LAST_SECTOR;) {
    if (seen.has(sector)) throw damaged("the allocation table of the OLE2 file goes in a circle");
    seen.add(sector);
    const more = numbersIn(bytes, sector, sectorSize);
    tables.push(...more.slice(0, perSector - 1));
    sector = more[perSector - 1] ?? END;
  }
  const used = tables.filter((sector) => sector < LAST_SECTOR);
  if (new Set(used).size !== used.length) throw damaged("the allocation table of the OLE2 file repeats itself");
  return {
    sectorSize,
    firstDirectory: bytes.readUInt32LE(48),
    miniCutoff: bytes.readUInt32LE(56),
    firstMiniFat: bytes.readUInt32LE(60),
    allocation: used.flatMap((sector) => numbersIn(bytes, sector, sectorSize)),
  };
}

function numbersIn(bytes: Buffer, sector: number, size: number): number[] {
  const start = (sector + 1) * size;
  if (start >= bytes.length) throw damaged("the allocation table of the OLE2 file leaves the file");
  return numbersOf(bytes.subarray(start, start + size));
}

/** Little-endian numbers of four bytes. */
export function numbersOf(bytes: Buffer): number[] {
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readUInt32LE(index * 4));
}
