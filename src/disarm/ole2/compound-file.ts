import { damaged } from "../disarmer.ts";
import { numbersOf, readHeader, Sectors } from "./sectors.ts";

/** A stream or, with a path that ends in a slash, a storage; paths begin below the root. */
export interface Entry {
  readonly path: string;
  readonly content: Buffer;
}

/** An OLE2 file, a little file system (MS-CFB), as it was read. */
export interface CompoundFile {
  /** Class of the root in hexadecimal, by which programs tell what the file is. */
  readonly rootClass: string;
  readonly entries: readonly Entry[];
  /** Entries of the directory that nothing leads to. */
  readonly unreachable: number;
}

interface DirectoryEntry {
  readonly name: string;
  readonly type: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
}

const ENTRY = 128;
const NONE = 0xffffffff;
const STORAGE = 1;
const STREAM = 2;
const ROOT = 5;
const MOST_ENTRIES = 50_000;
const DEEPEST = 64;

/** Reads a file. Throws `damaged` where its tables do not hold together; takes time and memory by its size. */
export function readCompoundFile(bytes: Buffer): CompoundFile {
  const { sectorSize, firstDirectory, miniCutoff, firstMiniFat, allocation } = readHeader(bytes);
  const sectors = new Sectors(bytes, sectorSize, sectorSize, (sector) => allocation[sector] ?? NONE);
  const table = sectors.chain(firstDirectory);
  if (table.length / ENTRY > MOST_ENTRIES) throw damaged(`the OLE2 file has more than ${MOST_ENTRIES} entries`);
  const directory = Array.from({ length: Math.floor(table.length / ENTRY) }, (_, index) =>
    entryOf(table.subarray(index * ENTRY, (index + 1) * ENTRY), sectorSize),
  );
  const [root] = directory;
  if (root?.type !== ROOT) throw damaged("the OLE2 file has no root");
  const miniStream = root.size === 0 ? Buffer.alloc(0) : sectors.chain(root.start).subarray(0, root.size);
  const miniTable = firstMiniFat >= NONE - 5 ? [] : numbersOf(sectors.chain(firstMiniFat));
  const miniSectors = new Sectors(miniStream, 64, 0, (sector) => miniTable[sector] ?? NONE);
  const contentOf = ({ start, size, type }: DirectoryEntry): Buffer => {
    if (type !== STREAM || size === 0) return Buffer.alloc(0);
    return (size < miniCutoff ? miniSectors : sectors).chain(start).subarray(0, size);
  };
  const placed = placedEntries(directory, root);
  const used = directory.filter(({ type }) => type === STORAGE || type === STREAM);
  return {
    rootClass: table.toString("hex", 80, 96),
    entries: placed.map(({ path, entry }) => ({ path, content: contentOf(entry) })),
    unreachable: used.length - placed.length,
  };
}

function entryOf(bytes: Buffer, sectorSize: number): DirectoryEntry {
  const length = Math.min(64, bytes.readUInt16LE(64));
  return {
    name: bytes.toString("utf16le", 0, Math.max(0, length - 2)),
    type: bytes[66] ?? 0,
    left: bytes.readUInt32LE(68),
    right: bytes.readUInt32LE(72),
    child: bytes.readUInt32LE(76),
    start: bytes.readUInt32LE(116),
    // Version 3 leaves the upper half undefined (section 2.6.1).
    size: sectorSize === 512 ? bytes.readUInt32LE(120) : Number(bytes.readBigUInt64LE(120)),
  };
}

/** Every entry that the root leads to, with its path. Siblings are a binary tree, whose order does not matter here. */
function placedEntries(directory: readonly DirectoryEntry[], root: DirectoryEntry) {
  const placed: { path: string; entry: DirectoryEntry }[] = [];
  const seen = new Set<number>();
  const paths = new Set<string>();
  const waiting = [{ index: root.child, folder: "", depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { index, folder, depth } = next;
    if (index === NONE) continue;
    const entry = directory[index];
    if (entry === undefined || seen.has(index) || depth > DEEPEST || (entry.type !== STORAGE && entry.type !== STREAM))
      throw damaged("the directory of the OLE2 file is not a tree");
    seen.add(index);
    const path = `${folder}${entry.name}${entry.type === STORAGE ? "/" : ""}`;
    if (entry.name === "" || entry.name.includes("/") || paths.has(path))
      throw damaged("the directory of the OLE2 file has names that are no names, or the same twice");
    paths.add(path);
    placed.push({ path, entry });
    waiting.push({ index: entry.left, folder, depth }, { index: entry.right, folder, depth });
    if (entry.type === STORAGE) waiting.push({ index: entry.child, folder: path, depth: depth + 1 });
  }
  return placed;
}
