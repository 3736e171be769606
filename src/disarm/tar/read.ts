import { type Budget, BudgetExceeded } from "../../core/budget.ts";
import { damaged, Removals, unsupported } from "../disarmer.ts";

const BLOCK = 512;

/** One member of a TAR archive. */
export interface TarEntry {
  readonly name: string;
  readonly type: "file" | "folder" | "link" | "special";
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly modified: number;
  readonly content: Uint8Array;
}

/** Kinds by their type flag (POSIX pax, ustar interchange format); 7 is a file that wants its blocks side by side. */
const TYPES: Readonly<Record<string, TarEntry["type"]>> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  "5": "folder",
  "1": "link",
  "2": "link",
  "3": "special",
  "4": "special",
  "6": "special",
};

/** What the header before a member says of it in its place. */
interface Override {
  readonly path?: string;
  readonly size?: number;
}

/** Reads an archive. What stands beside its members is counted as removed. Throws `RefusedFile` and `BudgetExceeded`. */
export function readTar(bytes: Uint8Array, budget: Budget): { entries: TarEntry[]; removed: Removals } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: TarEntry[] = [];
  const removed = new Removals();
  let override: Override = {};
  let at = 0;
  while (at + BLOCK <= view.length && !isZero(view, at, at + BLOCK)) {
    budget.checkTime();
    if (entries.length > budget.limits.parts) throw new BudgetExceeded("parts", budget.limits.parts);
    const header = readHeader(view, at);
    const size = override.size ?? header.size;
    const start = at + BLOCK;
    const end = start + size;
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (end > view.length) throw damaged("the TAR archive is cut off");
    if (!isZero(view, end, Math.min(at, view.length)))
      removed.add("piece of data between members", 1, "pieces of data between members");
    const content = view.subarray(start, end);
    const next = overrideOf(header.flag, content);
    if (next !== undefined) {
      override = { ...override, ...next };
      continue;
    }
    const type = TYPES[header.flag];
    if (type === undefined) throw unsupported(`the TAR archive has a member of type ${JSON.stringify(header.flag)}`);
    const name = override.path ?? header.name;
    if (type !== "file" && size > 0) throw damaged("a member of the TAR archive that is no file has content");
    const { mode, modified } = header;
    entries.push({ name, type: name.endsWith("/") && type === "file" ? "folder" : type, mode, modified, content });
    override = {};
  }
  if (!isZero(view, at, view.length)) removed.add("piece of data after the end", 1, "pieces of data after the end");
  return { entries, removed };
}

/** What a header for the next member says: pax records, GNU's long names; a global header and a link's name say nothing that is kept. */
function overrideOf(flag: string, content: Buffer): Override | undefined {
  if (flag === "L") return { path: untilNul(content) };
  if (flag === "K") return {};
  if (flag !== "x" && flag !== "g") return undefined;
  const records = paxRecords(content);
  if (flag === "g") {
    if (records.has("path") || records.has("size")) throw damaged("the TAR archive gives all members one name or size");
    return {};
  }
  if ([...records.keys()].some((key) => key.startsWith("GNU.sparse")))
    throw unsupported("the TAR archive holds a sparse file");
  const path = records.get("path");
  const size = records.get("size");
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size: wholeNumber(size) }) };
}

/** `LENGTH KEY=VALUE\n`, the length counting itself. */
function paxRecords(content: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < content.length) {
    const digits = /^\d{1,10}(?= )/.exec(content.toString("latin1", at, at + 16))?.[0] ?? "";
    const end = at + Number(digits);
    const [, key, value] = /^([^=]+)=([^]*)\n$/.exec(content.toString("utf8", at + digits.length + 1, end)) ?? [];
    if (digits === "" || end > content.length || key === undefined || value === undefined)
      throw damaged("a pax header of the TAR archive is damaged");
    if (records.has(key)) throw damaged("a pax header of the TAR archive says something twice");
    records.set(key, value);
    at = end;
  }
  return records;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw damaged("a pax header of the TAR archive is damaged");
  return Number(text);
}

function readHeader(view: Buffer, at: number) {
  const header = view.subarray(at, at + BLOCK);
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (octal(header, 148, 156) !== sum) throw damaged("a header's checksum in the TAR archive is wrong");
  const isPosix = header.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isPosix ? untilNul(header.subarray(345, 500)) : "";
  const name = untilNul(header.subarray(0, 100));
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    mode: octal(header, 100, 108) % 0o10000,
    size: octal(header, 124, 136),
    modified: octal(header, 136, 148),
    flag: header.toString("latin1", 156, 157),
  };
}

/** A number in octal digits, or, for large ones, GNU's binary form. */
function octal(header: Buffer, start: number, end: number): number {
  if (((header[start] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(end - 8));
  const digits = header
    .toString("latin1", start, end)
    .replaceAll(/[\0 ]+/g, " ")
    .trim();
  if (!/^[0-7]*$/.test(digits)) throw damaged("a number in the TAR archive cannot be read");
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function untilNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}

function isZero(view: Buffer, start: number, end: number): boolean {
  return view.subarray(start, end).every((byte) => byte === 0);
}
