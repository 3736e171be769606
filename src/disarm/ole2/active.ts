import { encrypted, Removals } from "../disarmer.ts";
import type { Entry } from "./compound-file.ts";
import { recordsOfBiff, recordsOfPowerPoint } from "./records.ts";

/** Programs whose documents are told by a stream. */
const KINDS: readonly (readonly [stream: string, kind: string])[] = [
  ["WordDocument", "Word document"],
  ["Workbook", "Excel workbook"],
  ["Book", "Excel workbook"],
  ["PowerPoint Document", "PowerPoint presentation"],
  ["VisioDocument", "Visio drawing"],
];

const baseOf = (path: string): string => path.replace(/\/$/, "").replace(/^.*\//, "");
const streamOf = (entries: readonly Entry[], name: string): Buffer | undefined =>
  entries.find(({ path }) => path === name)?.content;

/** What kind of document an OLE2 file is, for people. */
export function kindOf(entries: readonly Entry[]): string {
  return KINDS.find(([stream]) => streamOf(entries, stream) !== undefined)?.[1] ?? "OLE2 file";
}

/** What acts in a legacy document, as far as its streams tell. Throws `encrypted` where they tell nothing. */
export function activeContent(entries: readonly Entry[]): Removals {
  const kind = kindOf(entries);
  if (entries.some(({ path }) => baseOf(path) === "EncryptedPackage")) throw encrypted("the document");
  const found = new Removals();
  for (const { path } of entries) countEntry(path, found);
  const word = streamOf(entries, "WordDocument");
  if (word !== undefined) countWord(word, kind, found);
  const book = streamOf(entries, "Workbook") ?? streamOf(entries, "Book");
  if (book !== undefined) countWorkbook(book, kind, found);
  const slides = streamOf(entries, "PowerPoint Document");
  const user = streamOf(entries, "Current User");
  if (slides !== undefined) countSlides(slides, user, kind, found);
  return found;
}

function countEntry(path: string, found: Removals): void {
  const name = baseOf(path);
  if (/(?:^|\/)VBA\/[^/]+$/.test(path) && !/^(?:dir|_VBA_PROJECT|__SRP_)/.test(name)) found.add("macro module");
  if (name === "\u0001Ole10Native") found.add("embedded file");
  else if (name === "Equation Native") found.add("equation object");
  else if (/^(?:ObjectPool\/_\d+|MBD[0-9A-F]{8})\/$/.test(path)) found.add("embedded object");
  else if (name === "\u0003OCXNAME" || name === "OCXDATA") found.add("ActiveX control");
}

/** MS-DOC: flags of the file information block, and fields, which begin with U+0013, in either of the text's encodings. */
function countWord(stream: Buffer, kind: string, found: Removals): void {
  if (stream.length > 12 && (stream.readUInt16LE(10) & 0x0100) !== 0) throw encrypted(`the ${kind}`);
  const text = stream.toString("latin1").replaceAll("\0", "");
  for (const [, field = ""] of text.matchAll(
    /\x13\s{0,8}"?(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|LINK|MACROBUTTON)\b/gi,
  ))
    found.add(`${field.toUpperCase()} field`);
}

const BOUND_SHEET = 0x85;
const FILE_PASS = 0x2f;
const SUPPORTING_BOOK = 0x1ae;

/** MS-XLS: sheets by their kind, the password record, links to other books. */
function countWorkbook(stream: Buffer, kind: string, found: Removals): void {
  for (const { type, data } of recordsOfBiff(stream)) {
    if (type === FILE_PASS) throw encrypted(`the ${kind}`);
    if (type === BOUND_SHEET && data[5] === 1) found.add("Excel 4 macro sheet");
    // A book that links to itself or to add-ins has no path.
    if (type === SUPPORTING_BOOK && data.length > 6) found.add("link to another file", 1, "links to other files");
  }
}

const OBJECT_STORAGE = 0x1011;
const ENCRYPTED_USER = 0xf3d1c4df;

/** MS-PPT: objects stored in the presentation, macros among them. */
function countSlides(stream: Buffer, user: Buffer | undefined, kind: string, found: Removals): void {
  if (user !== undefined && user.length >= 16 && user.readUInt32LE(12) === ENCRYPTED_USER)
    throw encrypted(`the ${kind}`);
  for (const { type } of recordsOfPowerPoint(stream))
    if (type === OBJECT_STORAGE) found.add("embedded object or macro project", 1, "embedded objects or macro projects");
}
