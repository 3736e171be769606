import type { TarEntry } from "./read.ts";

const BLOCK = 512;
const LONGEST_NAME = 100;

/** A fresh archive in POSIX's ustar format, long names in pax headers. Owners and anything else that is not named here is left out. */
export function writeTar(entries: readonly TarEntry[]): Buffer {
  const pieces = entries.flatMap((entry) => {
    const name = Buffer.from(entry.name);
    const plain = name.length <= LONGEST_NAME && /^[\x20-\x7e]*$/.test(entry.name);
    const extended = plain ? [] : member("x", "pax", 0o644, 0, paxRecord("path", entry.name));
    const shown = plain ? entry.name : name.toString("latin1", 0, LONGEST_NAME).replaceAll(/[^\x20-\x7e]/g, "_");
    return [
      ...extended,
      ...member(entry.type === "folder" ? "5" : "0", shown, entry.mode, entry.modified, entry.content),
    ];
  });
  return Buffer.concat([...pieces, Buffer.alloc(2 * BLOCK)]);
}

function member(flag: string, name: string, mode: number, modified: number, content: Uint8Array): Uint8Array[] {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, "latin1");
  header.write(
    octal(mode, 8) + octal(0, 8) + octal(0, 8) + octal(content.length, 12) + octal(modified, 12),
    100,
    "latin1",
  );
  header.write(" ".repeat(8) + flag, 148, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}

/** `LENGTH KEY=VALUE\n`, the length counting itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + String(bytes).length;
  length = bytes + String(length).length;
  return Buffer.from(`${length}${rest}`);
}
