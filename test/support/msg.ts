import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import CFB from "cfb";
import PostalMime, { type Email } from "postal-mime";

/** A property: its tag, and its value as bytes, or a number of four bytes. */
type Property = readonly [tag: number, value: Buffer | number];

const unicode = (text: string): Buffer => Buffer.from(text, "utf16le");
const hex = (tag: number): string => tag.toString(16).toUpperCase().padStart(8, "0");

/** A message as Outlook writes it (MS-OXMSG): subject, bodies and attachments. `more` adds streams. */
export function msgOf(parts: {
  readonly html?: string;
  readonly rtf?: Buffer;
  readonly attachments?: readonly { readonly name: string; readonly bytes: Uint8Array; readonly method?: number }[];
  readonly properties?: readonly Property[];
  readonly more?: Readonly<Record<string, Buffer>>;
}): Buffer {
  const file = CFB.utils.cfb_new();
  const attachments = parts.attachments ?? [];
  const add = (path: string, content: Buffer): void => void CFB.utils.cfb_add(file, `/${path}`, content);
  const storage = (path: string, header: Buffer, properties: readonly Property[]): void => {
    const list = properties.map(([tag, value]) => {
      const entry = Buffer.alloc(16);
      entry.writeUInt32LE(tag, 0);
      entry.writeUInt32LE(6, 4);
      entry.writeUInt32LE(typeof value === "number" ? value : value.length + ((tag & 0xffff) === 0x1f ? 2 : 0), 8);
      if (typeof value !== "number") add(`${path}__substg1.0_${hex(tag)}`, value);
      return entry;
    });
    add(`${path}__properties_version1.0`, Buffer.concat([header, ...list]));
  };
  const header = Buffer.alloc(32);
  header.writeUInt32LE(attachments.length, 12);
  header.writeUInt32LE(attachments.length, 20);
  storage("", header, [
    [0x001a001f, unicode("IPM.Note")],
    [0x0037001f, unicode("Your invoice")],
    [0x1000001f, unicode("Dear customer")],
    ...(parts.html === undefined ? [] : [[0x10130102, Buffer.from(parts.html)] as const]),
    ...(parts.rtf === undefined ? [] : [[0x10090102, parts.rtf] as const]),
    ...(parts.properties ?? []),
  ]);
  for (const [index, { name, bytes, method = 1 }] of attachments.entries())
    storage(`__attach_version1.0_#${String(index).padStart(8, "0")}/`, Buffer.alloc(8), [
      [0x37050003, method],
      [0x3707001f, unicode(name)],
      [0x3704001f, unicode(name)],
      [0x37010102, Buffer.from(bytes)],
    ]);
  for (const [path, content] of Object.entries(parts.more ?? {})) add(path, content);
  return Buffer.from(CFB.write(file, { type: "buffer" }));
}

/** A message as msgconvert reads it. */
export async function readByMsgconvert(msg: Uint8Array): Promise<Email> {
  const folder = mkdtempSync(join(tmpdir(), "lazaret-msg-"));
  try {
    writeFileSync(join(folder, "in.msg"), msg);
    const mail = execFileSync("msgconvert", ["--outfile", "-", "in.msg"], { cwd: folder, stdio: "pipe" });
    return await PostalMime.parse(mail);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
