import { isUtf8 } from "node:buffer";
import { type Budget, BudgetExceeded } from "../../core/budget.ts";
import { damaged, encrypted, Removals, unsupported } from "../disarmer.ts";
import { findDirectory, isPlainComment } from "./end.ts";
import type { ZipEntry } from "./entry.ts";
import { countExtras, readExtras } from "./extras.ts";
import { type CentralRecord, ENCRYPTED, localRange } from "./local.ts";

const CENTRAL = 0x02014b50;
const CENTRAL_SIZE = 46;
/** General purpose flags (section 4.4.4). */
const UTF8 = 0x0800;
/** What a ZIP archive holds, and what around its members no reader of archives needs. */
export interface ZipArchive {
  readonly entries: readonly ZipEntry[];
  readonly removed: Removals;
}

/**
 * Reads an archive's directory and holds it against the local headers: two readers that go by one or the other must see the
 * same members. Throws `RefusedFile` where they would not, and `BudgetExceeded`.
 */
export function readZip(bytes: Uint8Array, budget: Budget): ZipArchive {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const removed = new Removals();
  const { count, start, end, base } = findDirectory(view, removed);
  if (count > budget.limits.parts) throw new BudgetExceeded("parts", budget.limits.parts);
  const records: CentralRecord[] = [];
  let at = start;
  for (; at < end && records.length < count; at = records.at(-1)?.next ?? end) {
    if (records.length % 256 === 0) budget.checkTime();
    records.push(readCentral(view, at, base, removed));
  }
  if (at !== end || records.length !== count) throw damaged("the ZIP directory does not hold what its end says");
  const ranges = records.map((record) => localRange(view, record, removed));
  hiddenBetween(start, ranges, removed);
  const entries = records.map((record, i) => entryOf(view, record, ranges[i]?.data ?? 0));
  refuseDuplicates(entries);
  return { entries, removed };
}

/** Names of an archive's members, or none where its directory cannot be read. */
export function namesOf(bytes: Uint8Array): string[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const names: string[] = [];
  try {
    const { start, end } = findDirectory(view, new Removals());
    for (let at = start; at + CENTRAL_SIZE <= end;) {
      const nameEnd = at + CENTRAL_SIZE + view.readUInt16LE(at + 28);
      names.push(view.toString("utf8", at + CENTRAL_SIZE, nameEnd));
      at = nameEnd + view.readUInt16LE(at + 30) + view.readUInt16LE(at + 32);
    }
  } catch {
    // Whoever reads the archive says what is wrong with it.
  }
  return names;
}

function readCentral(view: Buffer, at: number, base: number, removed: Removals): CentralRecord {
  if (at + CENTRAL_SIZE > view.length || view.readUInt32LE(at) !== CENTRAL)
    throw damaged("the ZIP directory is damaged");
  const flags = view.readUInt16LE(at + 8);
  const method = view.readUInt16LE(at + 10);
  if ((flags & ENCRYPTED) !== 0 || method === 99) throw encrypted("the archive");
  if (method !== 0 && method !== 8) throw unsupported(`the archive uses compression method ${method}`);
  const nameEnd = at + CENTRAL_SIZE + view.readUInt16LE(at + 28);
  const extraEnd = nameEnd + view.readUInt16LE(at + 30);
  const next = extraEnd + view.readUInt16LE(at + 32);
  if (next > view.length) throw damaged("the ZIP directory is cut off");
  const nameBytes = view.subarray(at + CENTRAL_SIZE, nameEnd);
  const extras = readExtras(view.subarray(nameEnd, extraEnd));
  countExtras(extras, nameBytes, removed);
  if (!isPlainComment(view.toString("latin1", extraEnd, next))) removed.add("member comment");
  const short = {
    size: view.readUInt32LE(at + 24),
    compressedSize: view.readUInt32LE(at + 20),
    offset: view.readUInt32LE(at + 42),
  };
  const { size, compressedSize, offset } = extras.long(short);
  return {
    next,
    nameBytes,
    flags,
    method,
    modified: view.readUInt32LE(at + 12),
    crc: view.readUInt32LE(at + 16),
    size,
    compressedSize,
    offset: base + offset,
    system: view[at + 5] ?? 0,
    attributes: view.readUInt32LE(at + 38),
  };
}

/** Members must not share bytes, as bombs do; what stands between them is for nobody. */
function hiddenBetween(
  directory: number,
  ranges: readonly { readonly start: number; readonly end: number }[],
  removed: Removals,
): void {
  let at = 0;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    if (start < at) throw damaged("members of the ZIP archive overlap");
    if (start > at) removed.add("piece of data between members", 1, "pieces of data between members");
    at = end;
  }
  if (at > directory) throw damaged("a member of the ZIP archive reaches into its directory");
  if (at < directory) removed.add("piece of data between members", 1, "pieces of data between members");
}

function entryOf(view: Buffer, record: CentralRecord, data: number): ZipEntry {
  const { nameBytes, flags, method, modified, crc, size, compressedSize, system, attributes } = record;
  const name = nameBytes.toString(isUtf8(nameBytes) ? "utf8" : "latin1");
  const compressed = view.subarray(data, data + compressedSize);
  return { nameBytes, name, isUtf8: (flags & UTF8) !== 0, method, modified, crc, size, compressed, system, attributes };
}

/** Of two members of one name, one program takes the first and another the last. */
function refuseDuplicates(entries: readonly ZipEntry[]): void {
  const names = new Set(entries.map(({ name }) => plainPath(name)));
  if (names.size < entries.length) throw damaged("two members of the ZIP archive have the same name");
}

function plainPath(name: string): string {
  const segments = name.normalize("NFC").split(/[\\/]/);
  return segments.filter((segment) => segment !== "" && segment !== ".").join("/");
}
