const WORD = /=\?([\w.:-]{1,40})(?:\*[\w-]{1,16})?\?([BQ])\?([^?\s]{0,4096})\?=/gi;

/** A header value as readers show it: folds and encoded words undone (RFC 2047). What cannot be decoded stays as it is. */
export function decodeWords(value: string): string {
  const unfolded = value.replaceAll(/\r?\n[ \t]+/g, " ");
  if (!unfolded.includes("=?")) return unfolded;
  // White space between two encoded words belongs to neither (section 6.2).
  return unfolded
    .replaceAll(/\?=\s+(?==\?)/g, "?=")
    .replaceAll(WORD, (word, charset: string, coding: string, text: string) => {
      try {
        return new TextDecoder(charset).decode(
          coding.toUpperCase() === "B" ? Buffer.from(text, "base64") : quoted(text),
        );
      } catch {
        return word;
      }
    });
}

/** A value that may stand in a header: on one line, in encoded words where it is more than ASCII. */
export function encodeWords(value: string): string {
  const line = value.replaceAll(/[\r\n\0]+/g, " ");
  if (/^[\x20-\x7e\t]*$/.test(line)) return line;
  // Whole characters, at most 75 bytes a word (section 2).
  const words = line.match(/[^]{1,10}/gu) ?? [];
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString("base64")}?=`).join(" ");
}

function quoted(text: string): Buffer {
  const plain = text
    .replaceAll("_", " ")
    .replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, "latin1");
}
