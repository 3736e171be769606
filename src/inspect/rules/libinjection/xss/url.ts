import { asciiUpper } from "../bytes.ts";

const SCHEMES = ["DATA", "VIEW-SOURCE", "JAVA", "VBSCRIPT"];
const AMPERSAND = 0x26;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
/** No character has a number beyond it; a reference to more is text. */
const MOST = 0x10_00_ff;

/** Whether an attribute's value is a URL that runs code, as browsers read it: character references decoded, NUL passed over. */
export function isBannedUrl(text: string, from: number, to: number): boolean {
  let start = from;
  while (start < to && isSkipped(text.charCodeAt(start))) start++;
  return SCHEMES.some((scheme) => startsWithDecoded(scheme, text, start, to));
}

/** White space and control characters, and the bytes of characters beyond ASCII. */
function isSkipped(byte: number): boolean {
  return byte <= SPACE || byte >= 0x7f;
}

function startsWithDecoded(scheme: string, text: string, from: number, to: number): boolean {
  const decoder = new ReferenceDecoder(text, from, to);
  let matched = 0;
  let isLeading = true;
  while (decoder.at < to && matched < scheme.length) {
    const code = decoder.next();
    if (isLeading && code <= SPACE) continue;
    isLeading = false;
    if (code === 0 || code === LINE_FEED) continue;
    // As in C, only the low byte of a character is compared.
    if ((asciiUpper(code) & 0xff) !== scheme.charCodeAt(matched)) return false;
    matched++;
  }
  return matched === scheme.length;
}

/** Reads characters, decoding `&#106;` and `&#x6A;`, whose semicolon may be missing. Named references are left as they are. */
class ReferenceDecoder {
  at: number;
  readonly #text: string;
  readonly #to: number;

  constructor(text: string, from: number, to: number) {
    this.#text = text;
    this.at = from;
    this.#to = to;
  }

  next(): number {
    const code = this.#text.charCodeAt(this.at);
    if (code !== AMPERSAND || this.#text[this.at + 1] !== "#" || this.at + 1 >= this.#to) {
      this.at++;
      return code;
    }
    const isHex = this.#text[this.at + 2] === "x" || this.#text[this.at + 2] === "X";
    return this.#reference(isHex ? this.at + 3 : this.at + 2, isHex ? 16 : 10);
  }

  #reference(digits: number, base: number): number {
    let value = 0;
    let end = digits;
    for (; end === digits || end < this.#to; end++) {
      const digit = digitOf(this.#text.charCodeAt(end));
      if (digit >= base) break;
      value = value * base + digit;
      if (value > MOST) break;
    }
    if (end === digits || value > MOST) {
      this.at++;
      return AMPERSAND;
    }
    this.at = end < this.#to && this.#text[end] === ";" ? end + 1 : end;
    return value;
  }
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = asciiUpper(code) - 0x41 + 10;
  return letter >= 10 && letter < 16 ? letter : 16;
}
