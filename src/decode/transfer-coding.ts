/** Content with its transfer encoding undone, and how to do it again (RFC 2045, section 6). */
export interface Transferred {
  readonly bytes: Uint8Array;
  readonly encode: (bytes: Uint8Array) => Uint8Array;
}

/** Why content cannot be read: no such encoding, or not what it says. */
export interface UnknownTransfer {
  readonly unknown: string;
}

const IDENTITY = new Set(["7bit", "8bit", "binary", ""]);

/**
 * Undoes a `Content-Transfer-Encoding`. What programs would decode in different ways is not guessed at: base64 must be whole
 * groups of its alphabet in lines.
 */
export function undoTransferCoding(coding: string, content: Buffer): Transferred | UnknownTransfer {
  const name = coding.trim().toLowerCase();
  if (IDENTITY.has(name)) return { bytes: content, encode: (bytes) => bytes };
  if (name === "quoted-printable")
    return {
      bytes: unquoted(content.toString("latin1")),
      encode: (bytes) => quotedPrintable(bytes, lineEndOf(content)),
    };
  if (name !== "base64") return { unknown: `transfer encoding ${name.slice(0, 32)}` };
  const text = content.toString("latin1");
  const compact = text.replaceAll(/[ \t\r\n]+/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact))
    return { unknown: "base64 with other characters" };
  const width = /^(\S+)\s+\S/.exec(text)?.[1]?.length ?? 76;
  return { bytes: Buffer.from(compact, "base64"), encode: (bytes) => base64Lines(bytes, width, lineEndOf(content)) };
}

function lineEndOf(content: Buffer): string {
  const feed = content.indexOf(0x0a);
  return feed > 0 && content[feed - 1] !== 0x0d ? "\n" : "\r\n";
}

/** Base64 in lines as long as the former ones, within what RFC 2045 allows. */
function base64Lines(bytes: Uint8Array, width: number, lineEnd: string): Uint8Array {
  const text = Buffer.from(bytes).toString("base64");
  const step = Math.min(Math.max(width, 4), 76);
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += step) lines.push(text.slice(at, at + step));
  return Buffer.from(lines.join(lineEnd));
}

function unquoted(text: string): Buffer {
  const joined = text.replaceAll(/=[ \t]*\r?\n/g, "");
  return Buffer.from(
    joined.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}

function quotedPrintable(bytes: Uint8Array, lineEnd: string): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const quoted = text.replaceAll(
    /[^\t\r\n -<>-~]|[ \t](?=\r?\n|$)/g,
    (character) => `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return Buffer.from(quoted.replaceAll(/(?:[^=\r\n]|=[0-9A-F]{2}){72}(?=[^\r\n])/g, `$&=${lineEnd}`));
}
